import type {
  AlarmView,
  InventorySnapshot,
  MaintenanceView,
  PlanDocument,
  PlanQuery,
  RestorePreflight,
  RestoreTaskView,
  RunView,
  StoredAuditEntry,
  TaskView,
} from '#contracts';
import { HEALTH } from './made-up-health.js';
import { RUN_ID, runView } from '../../apps/console/src/testing/console-under-test.js';

/** Everything that a page can show, made up; for the pages alone, the rest of the product is not asked. */
export const AT = '2026-01-31T22:00:00.000Z';
export const RESTORE_ID = '22222222-2222-4222-8222-222222222222';
export const DATABASES = 40;
const SIZE_BYTES = '1073741824';

const guid = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
export const databaseName = (index: number): string => `MBX${String(index).padStart(2, '0')}`;

const copy = (member: string, role: string, status: string, more: object = {}) => ({
  member,
  role,
  status,
  activationPreference: 1,
  replayLagMs: 0,
  copyQueueLength: '0',
  replayQueueLength: '2',
  latestFullBackupAt: null,
  suspendComment: null,
  volume: null,
  observedBy: member,
  ageMs: 1_000,
  ...more,
});

const member = (id: string, more: object = {}) => ({
  id,
  name: id.toUpperCase(),
  dag: 'dag1',
  site: 'Site-A',
  storageServer: 'SP1',
  exchangeVersion: '15.2',
  client: { installed: true, version: '8.1.0.0' },
  agent: { state: 'alive', version: '0.1.0', reportAgeMs: 2_000 },
  warnings: [],
  ...more,
});

export function snapshot(): InventorySnapshot {
  const databases = Array.from({ length: DATABASES }, (_, index) => ({
    guid: guid(index + 1),
    name: databaseName(index + 1),
    kind: 'dag',
    dag: 'dag1',
    activeMember: 'ex01',
    mounted: true,
    backupInProgress: index === 1,
    circularLogging: false,
    sizeBytes: SIZE_BYTES,
    lastFullBackupAt: AT,
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: [
      copy('ex01', 'active', 'Mounted'),
      copy('ex02', 'passive', index === 0 ? 'Failed' : 'Healthy'),
      copy('ex03', 'passive', 'Healthy', { replayLagMs: 604_800_000 }),
    ],
  }));
  const members = [
    member('ex01'),
    member('ex02'),
    member('ex03', {
      client: { installed: false, version: null },
      agent: { state: 'silent', version: '0.1.0', reportAgeMs: 900_000 },
    }),
  ];
  return {
    takenAt: new Date().toISOString(),
    dags: [{ id: 'dag1', name: 'DAG1', members: members.map(({ id }) => id) }],
    members,
    databases,
    missingMembers: [],
  } as unknown as InventorySnapshot;
}

export const MAINTENANCE: MaintenanceView = {
  limits: [
    { scope: 'global', name: null, value: null, isChanged: false, reason: null, changedBy: null, changedAt: null },
    { scope: 'member', name: null, value: 2, isChanged: false, reason: null, changedBy: null, changedAt: null },
    { scope: 'site', name: 'Site-A', value: 4, isChanged: true, reason: 'night', changedBy: 'ann', changedAt: AT },
  ],
  inUse: [{ scope: 'member', name: 'ex01', used: 1, limit: 2 }],
  drains: [
    {
      member: 'ex02',
      reason: 'new disks',
      since: AT,
      requestedBy: 'ann',
      deadlineAt: '2026-02-01T00:00:00.000Z',
      isDeadlinePassed: false,
      stopRunning: false,
      running: 1,
    },
  ],
  defaultWindow: {
    window: { timeZone: 'Europe/Berlin', periods: [{ days: ['mon'], from: '20:00', to: '06:00' }] },
    isOpen: false,
    mayStart: false,
    changesAt: '2026-02-02T19:00:00.000Z',
  },
  answer: null,
};

const attempt = (number: number, onMember: string, more: object) => ({
  number,
  member: onMember,
  role: 'passive',
  reason: 'planned',
  dispatchedAt: AT,
  startedAt: AT,
  endedAt: null,
  outcome: null,
  bytes: '1000',
  ...more,
});

export function backupRun(): RunView {
  const task = (index: number, attempts: readonly object[]): TaskView =>
    ({
      taskId: `t${index}`,
      databaseGuid: guid(index),
      databaseName: databaseName(index),
      kind: 'dag',
      copyNumber: 1,
      status: 'succeeded',
      reason: 'backed up',
      rule: null,
      blocked: null,
      member: 'ex01',
      sizeBytes: SIZE_BYTES,
      bytesDone: SIZE_BYTES,
      attempts,
    }) as unknown as TaskView;
  const ended = (seconds: number, outcome: string) => ({
    endedAt: new Date(Date.parse(AT) + seconds * 1_000).toISOString(),
    outcome,
  });
  return runView({
    kind: 'backup',
    status: 'completed',
    reason: 'all databases are backed up',
    requestedBy: 'ann',
    requestedAt: AT,
    endedAt: new Date(Date.parse(AT) + 60_000).toISOString(),
    exitCode: 0,
    tasksTotal: 2,
    tasksEnded: 2,
    tasks: [
      task(1, [
        attempt(1, 'ex02', ended(20, 'failed')),
        attempt(2, 'ex01', { reason: 'failover', startedAt: ended(25, '').endedAt, ...ended(60, 'succeeded') }),
      ]),
      task(2, [attempt(1, 'ex01', ended(24, 'succeeded'))]),
    ],
    log: [{ sequence: 1, at: AT, event: 'RunPlanned', text: 'two databases are planned' }],
  });
}

const step = (number: number, kind: string, purpose: string, outcome: string | null, text: string) => ({
  number,
  kind,
  purpose,
  member: 'ex01',
  text,
  orderedAt: new Date(Date.parse(AT) + number * 1_000).toISOString(),
  endedAt: outcome === null ? null : new Date(Date.parse(AT) + (number + 1) * 1_000).toISOString(),
  outcome,
  bytesDone: '0',
});

/** A restore at work; later it has failed, and is being undone. */
export function restoreRun(isUndoing: boolean): RunView {
  const forward = [
    step(1, 'suspendCopy', 'forward', 'succeeded', 'suspend the copy on EX02'),
    step(2, 'dismount', 'forward', isUndoing ? 'failed' : null, 'dismount MBX01'),
  ];
  const undo = [step(3, 'resumeCopy', 'undo', null, 'resume the copy on EX02')];
  const task = {
    taskId: 'r1',
    databaseGuid: guid(1),
    databaseName: databaseName(1),
    kind: 'dag',
    target: databaseName(1),
    status: isUndoing ? 'undoing' : 'restoring',
    reason: isUndoing ? 'EX01 could not dismount it; what was done is undone' : 'it is being dismounted',
    blockedBy: null,
    member: 'ex01',
    sizeBytes: SIZE_BYTES,
    bytesDone: '0',
    backups: [],
    steps: isUndoing ? [...forward, ...undo] : forward,
    remainingCommands: [],
  } as unknown as RestoreTaskView;
  return runView({
    runId: RESTORE_ID,
    kind: 'restore',
    status: 'running',
    requestedAt: AT,
    reason: 'a restore is at work',
    restore: { request: { databases: [databaseName(1)] }, tasks: [task] },
  });
}

export const ALARM: AlarmView = {
  alarmId: 'a1',
  kind: 'attention',
  runId: RUN_ID,
  requestId: 'r',
  databaseGuid: guid(1),
  databaseName: databaseName(1),
  raisedAt: AT,
  text: 'the copy on EX02 is still suspended',
  commands: ['EX02: Resume-MailboxDatabaseCopy MBX01\\EX02'],
};

export const AUDIT_ENTRY: StoredAuditEntry = {
  position: 1,
  entryId: '33333333-3333-4333-8333-333333333333',
  at: AT,
  actor: 'ann',
  role: 'operator',
  address: '127.0.0.1',
  action: 'backup.request',
  target: RUN_ID,
  request: {},
  result: 'done',
  text: 'HTTP 202',
  console: 'console-1',
};

export const PREFLIGHT: RestorePreflight = {
  isReady: false,
  problems: [],
  warnings: [],
  endsAfterMs: 60_000,
  databases: [
    {
      databaseGuid: guid(1),
      databaseName: databaseName(1),
      target: databaseName(1),
      member: 'ex01',
      offlineDatabase: databaseName(1),
      offlineMs: 60_000,
      endsAfterMs: 60_000,
      freeBytes: null,
      neededBytes: null,
      backups: [],
      steps: [{ kind: 'dismount', member: 'ex01', text: 'dismount MBX01', command: 'Dismount-Database MBX01' }],
      problems: ['MBX01 is mounted: confirm it'],
      warnings: [],
      needsConfirmation: true,
    },
  ],
};

export const PLAN = {
  format: 'dag-plan/1',
  madeAt: AT,
  request: {},
  whatIf: null,
  finishMs: 120_000,
  boundMs: 100_000,
  binding: [],
  warnings: [],
  window: null,
  knownDatabases: 1,
  exclusions: [],
  tasks: [
    {
      taskId: 't1',
      databaseGuid: guid(1),
      databaseName: databaseName(1),
      kind: 'dag',
      copyNumber: 1,
      sizeBytes: SIZE_BYTES,
      outcome: 'placed',
      rule: null,
      reason: 'EX03 chosen',
      member: 'ex03',
      startMs: 0,
      endMs: 120_000,
      candidates: [],
    },
  ],
  topology: [],
} as unknown as PlanDocument;

/** What a console with all of this to show is answered by the others. */
export function answers(): Record<string, unknown> {
  return {
    snapshot: () => Promise.resolve(snapshot()),
    runs: [backupRun(), restoreRun(false)],
    maintenance: MAINTENANCE,
    alarms: [ALARM],
    doctor: HEALTH,
    throughput: [],
    backups: { backups: [], total: 0, next: null, sources: [] },
    explain: { runId: RUN_ID, decisions: [] },
    preflightRestore: PREFLIGHT,
    plan: ({ whatIf }: PlanQuery) => Promise.resolve({ ...PLAN, whatIf: whatIf ?? null }),
    backup: { requestId: 'k' },
    waitUntil: backupRun(),
    'access.audit': [AUDIT_ENTRY],
    async *watch(runId: string): AsyncGenerator<RunView> {
      yield runId === RESTORE_ID ? restoreRun(false) : backupRun();
    },
    drainMember: { requestId: 'k', accepted: true, at: AT, notes: ['only EX01 holds MBX01, so it waits'] },
    resumeMember: { requestId: 'k', accepted: true, at: AT, notes: [] },
    changeLimits: { requestId: 'k', accepted: true, at: AT, notes: [] },
  };
}
