import type { BackupWindow } from '#contracts';
import type { MaintenanceEvent } from '../../../apps/conductor/src/domain/maintenance/maintenance.events.js';

/** What the configuration of the simulated product allows; null: no limit. */
export interface CheckLimits {
  readonly parallelPerMember: number;
  readonly parallelPerStorageServer: number | null;
  readonly parallelPerSite: number | null;
  readonly parallelPerDag: number | null;
  readonly parallelInAll: number | null;
  readonly parallelPerVolume: number | null;
  readonly startGapMs: number;
  /** Of restores alone, beside the limits that they share. */
  readonly restore: { readonly restoresPerMember: number; readonly sessionsPerStorageServer: number };
}

/** Where an attempt on a member counts, as it really is. */
export interface Place {
  readonly member: string;
  readonly storageServer: string;
  readonly site: string;
  readonly dag: string;
  readonly volume: string;
}

export type CountedScope = keyof Place | 'global';

const CONFIGURED = {
  member: 'parallelPerMember',
  storageServer: 'parallelPerStorageServer',
  site: 'parallelPerSite',
  dag: 'parallelPerDag',
  global: 'parallelInAll',
  volume: 'parallelPerVolume',
} as const satisfies Readonly<Record<CountedScope, keyof CheckLimits>>;

interface InForce {
  readonly limits: ReadonlyMap<string, number>;
  readonly drained: ReadonlySet<string>;
}

/**
 * What people put in force, kept apart from the conductor's own account of it. A commit may hold several decisions: whatever was in
 * force at any moment of it may excuse what it sends, and nothing that was in force before.
 */
export class LimitBook {
  private duringCommit: readonly InForce[] = [{ limits: new Map(), drained: new Set() }];

  constructor(private readonly configured: CheckLimits) {}

  committed(events: readonly MaintenanceEvent[]): void {
    const last = this.duringCommit.slice(-1);
    this.duringCommit = events.reduce<readonly InForce[]>((all, event) => {
      const before = all.at(-1);
      return before ? [...all, after(before, event)] : all;
    }, last);
  }

  /** The most that was allowed at once; null: any number. */
  most(scope: CountedScope, name: string): number | null {
    const each = this.duringCommit.map(
      ({ limits }) => inForce(limits, scope, name) ?? this.configured[CONFIGURED[scope]],
    );
    return each.reduce((most, limit) => (most === null || limit === null ? null : Math.max(most, limit)));
  }

  leastGapMs(member: string): number {
    return Math.min(
      ...this.duringCommit.map(({ limits }) => inForce(limits, 'startGap', member) ?? this.configured.startGapMs),
    );
  }

  isDrained(member: string): boolean {
    return this.duringCommit.every(({ drained }) => drained.has(member));
  }
}

function inForce(limits: ReadonlyMap<string, number>, scope: string, name: string): number | undefined {
  return limits.get(`${scope} ${name}`) ?? limits.get(scope);
}

function after({ limits, drained }: InForce, event: MaintenanceEvent): InForce {
  if (event.type === 'MemberDrained') return { limits, drained: new Set([...drained, event.member]) };
  if (event.type === 'MemberResumed')
    return { limits, drained: new Set([...drained].filter((each) => each !== event.member)) };
  if (event.type !== 'LimitsChanged') return { limits, drained };
  const next = new Map(limits);
  for (const { scope, name, value } of event.changes) {
    const key = name === null ? scope : `${scope} ${name}`;
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  return { limits: next, drained };
}

/** Whether a window whose periods are of every day, in UTC and within one, lets something start then. */
export function letsStart(window: BackupWindow, atMs: number): boolean {
  const wallTime = new Date(atMs).toISOString().slice(11, 16);
  return window.periods.some(({ from, to, latestStart }) => wallTime >= from && wallTime < (latestStart ?? to));
}
