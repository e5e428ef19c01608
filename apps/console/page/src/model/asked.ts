import type {
  BackupRequest,
  BackupWindow,
  CopyPreference,
  FailoverPolicy,
  LimitScope,
  RestoreRequest,
  RestoreTarget,
  RunView,
  Spread,
} from '#contracts';
import { periodTexts, type Naming } from './maintenance.js';
import { duration, localAndUtc } from './times.js';

export type Fact = readonly [name: string, value: string];

export const COPY_TEXTS: Readonly<Record<CopyPreference, string>> = {
  preferPassive: 'A passive one if there is one',
  passiveOnly: 'Only passive ones',
  activeOnly: 'Only the active one',
};

export const FAILOVER_TEXTS: Readonly<Record<FailoverPolicy, string>> = {
  followActive: 'At the active copy',
  bestCopy: 'At the best copy',
};

export const SPREAD_TEXTS: Readonly<Record<Spread, string>> = {
  member: 'a member',
  site: 'a site',
  storageServer: 'a storage server',
};

export const TARGET_TEXTS: Readonly<Record<RestoreTarget['kind'], string>> = {
  original: 'Over the database itself',
  recovery: 'Into a recovery database',
  removeRecovery: 'Take its recovery database away again',
  database: 'Over another database',
  server: 'To another server',
  files: 'Only the files, into a folder',
};

/** What was asked for, one line for each thing that was said; the rest was left to the conductor's settings. */
export function askedFor({ requestId, request, restore }: RunView, naming: Naming): readonly Fact[] {
  const facts: readonly (Fact | null)[] = [
    ...(request ? ofBackup(request, naming) : []),
    ...(restore ? ofRestore(restore.request, naming) : []),
    ['Request id', requestId],
  ];
  return facts.filter((fact) => fact !== null);
}

function ofBackup(request: BackupRequest, naming: Naming): readonly (Fact | null)[] {
  const { databasePriorities = [], plan } = request;
  return [
    ['Of', selection(request, naming)],
    fact('Type', request.backupType),
    fact('Which copy', request.copyPreference && COPY_TEXTS[request.copyPreference]),
    fact('Backups of each database', request.copiesPerDatabase),
    fact('They must not share', request.spread && SPREAD_TEXTS[request.spread]),
    fact('Members left out', names('member', request.excludeMembers, naming)),
    fact('Members taken first', names('member', request.preferMembers, naming)),
    fact('On a failover', request.onFailover && FAILOVER_TEXTS[request.onFailover]),
    fact('Not if backed up within', lasting(request.minIntervalMs)),
    fact('Ends at the latest after', lasting(request.deadlineMs)),
    fact('Priority', request.priority),
    fact(
      'Priorities of databases',
      databasePriorities.map(({ database, priority }) => `${database}: ${priority}`).join(', '),
    ),
    fact('Only', request.window && windowText(request.window)),
    fact('As planned', plan && `at ${localAndUtc(plan.madeAt)}`),
  ];
}

function ofRestore(request: RestoreRequest, naming: Naming): readonly (Fact | null)[] {
  const { point, to } = request;
  return [
    ['Of', selection(request, naming)],
    [
      'From when',
      point?.at ? `the last backup not after ${localAndUtc(point.at)}` : (point?.backupId ?? 'the newest backup'),
    ],
    ['To where', TARGET_TEXTS[to?.kind ?? 'original']],
    fact('Over which database', to?.database),
    fact('On which member', to?.member && naming('member', to.member)),
    fact('Into which folder', to?.path),
    fact('Copies left out on', names('member', request.withoutCopiesOn, naming)),
    fact(
      'A backup that runs',
      request.onRunningBackup && (request.onRunningBackup === 'cancel' ? 'is cancelled' : 'is waited for'),
    ),
    fact('A new full afterwards', request.fullAfter && (request.fullAfter === 'take' ? 'is taken' : 'is recommended')),
    fact('Begins at the latest after', lasting(request.deadlineMs)),
    fact('Confirmed to be overwritten', request.confirm?.join(', ')),
  ];
}

interface Selection {
  readonly dags?: readonly string[];
  readonly databases?: readonly string[];
}

function selection({ dags, databases }: Selection, naming: Naming): string {
  const parts = [names('dag', dags, naming), databases?.join(', ')].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? 'every database' : parts.join(': ');
}

function names(scope: LimitScope, ids: readonly string[] | undefined, naming: Naming): string | undefined {
  return ids?.map((id) => naming(scope, id)).join(', ');
}

function lasting(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : duration(ms);
}

function windowText(window: BackupWindow): string {
  const ending = window.whenClosed === 'stop' ? 'what then still runs is stopped' : 'what then still runs may finish';
  return `${periodTexts(window).join('; ')} (${window.timeZone}); ${ending}`;
}

function fact(name: string, value: string | number | undefined): Fact | null {
  return value === undefined || value === '' ? null : [name, String(value)];
}
