import type { BackupRequest, CopyView, DatabaseView, MemberView } from '#contracts';
import { copyView, databaseView, memberView } from '../../../apps/conductor/src/testing/worlds.js';

const MEMBERS_MAX = 8;
const DATABASES_MAX = 60;
const COPIES_MAX = 4;
export const NOW_MS = Date.UTC(2026, 0, 10);
export const OBSERVATION_MAX_AGE_MS = 300_000;

export interface AnyWorld {
  readonly members: readonly MemberView[];
  readonly databases: readonly DatabaseView[];
  readonly request: BackupRequest;
  readonly silent: ReadonlySet<string>;
  /** Taken out of service by people. */
  readonly drained: ReadonlySet<string>;
  readonly streams: ReadonlyMap<string, number>;
  readonly startGapMs: number;
}

/** Members and databases of which much is wrong, old or not known, and a request that may exclude some. */
export function anyWorld(random: () => number): AnyWorld {
  const below = (count: number): number => Math.floor(random() * count);
  const oneOf = <Each>(...all: readonly Each[]): Each => all[below(all.length)];
  const mostly = <Each>(usual: Each, ...others: readonly Each[]): Each => (random() < 0.85 ? usual : oneOf(...others));
  const members = Array.from({ length: 1 + below(MEMBERS_MAX) }, (_, index) =>
    memberView(`EX${index}`, {
      site: oneOf('Nord', 'Sued', null),
      client: { installed: mostly<boolean | null>(true, false, null), version: null },
      agent: { state: mostly<MemberView['agent']['state']>('alive', 'silent', 'never'), version: null, reportAgeMs: 0 },
    }),
  );
  const ids = members.map(({ id }) => id);
  const copyOf = (id: string, index: number): CopyView =>
    copyView(id, {
      role: index === 0 ? 'active' : 'passive',
      status:
        index === 0
          ? mostly<CopyView['status']>('Mounted', 'Dismounted')
          : mostly<CopyView['status']>('Healthy', 'Failed', 'Suspended', 'Seeding'),
      activationPreference: oneOf(1, 2, 3, 4, null),
      replayLagMs: mostly<number | null>(0, 86_400_000, null),
      latestFullBackupAt: oneOf(day(1), day(2), null),
      ageMs: mostly(0, OBSERVATION_MAX_AGE_MS + 1),
    });
  const databases = Array.from({ length: 1 + below(DATABASES_MAX) }, (_, index) => {
    const holders = [...new Set(Array.from({ length: 1 + below(COPIES_MAX) }, () => oneOf(...ids)))];
    return databaseView(index + 1, holders, {
      kind: mostly<DatabaseView['kind']>(holders.length > 1 ? 'dag' : 'standalone', 'recovery', 'publicFolder'),
      mounted: mostly<boolean | null>(true, false, null),
      backupInProgress: mostly<boolean | null>(false, true, null),
      circularLogging: mostly<boolean | null>(false, true, null),
      sizeBytes: mostly<string | null>(String(1 + below(2_000_000_000_000)), null),
      lastFullBackupAt: oneOf(day(1), day(2), null),
      copies: holders.map(copyOf),
    });
  });
  return {
    members,
    databases,
    silent: new Set(ids.filter(() => random() < 0.1)),
    drained: new Set(ids.filter(() => random() < 0.1)),
    streams: new Map(ids.map((id) => [id, 1 + below(3)])),
    startGapMs: oneOf(0, 0, 60_000),
    request: {
      backupType: oneOf('full', 'copy', 'incremental', 'differential'),
      copyPreference: oneOf('preferPassive', 'preferPassive', 'passiveOnly', 'activeOnly'),
      copiesPerDatabase: oneOf(1, 1, 2, 3),
      spread: oneOf('member', 'site'),
      excludeMembers: ids.filter(() => random() < 0.1),
      minIntervalMs: oneOf(0, 0, 36 * 3_600_000),
    },
  };
}

function day(before: number): string {
  return new Date(NOW_MS - before * 86_400_000).toISOString();
}
