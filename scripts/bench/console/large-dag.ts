import { createHash } from 'node:crypto';
import type { InventorySnapshot, RunView, TaskView } from '#contracts';

export const MEMBERS = 16;
export const DATABASES = 400;
const COPIES = 4;
const SIZE_BYTES = 200n * 1024n ** 3n;
const REPORTED_EVERY_MS = 30_000;
/** Backups at work at once, and how long each takes. */
const PARALLEL = 32;
const TASK_MS = 3_000;

const memberId = (index: number): string => `ex${String((index % MEMBERS) + 1).padStart(2, '0')}`;
const databaseName = (index: number): string => `MBX${String(index + 1).padStart(3, '0')}`;

function guidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A DAG as the inventory would show it, every member having reported within the last half minute. */
export function largeDag(nowMs: number): InventorySnapshot {
  const ageOf = (index: number): number => (nowMs + index * 1_900) % REPORTED_EVERY_MS;
  const members = Array.from({ length: MEMBERS }, (_, index) => ({
    id: memberId(index),
    name: memberId(index).toUpperCase(),
    dag: 'dag1',
    site: 'Default-First-Site-Name',
    storageServer: 'TSM1',
    exchangeVersion: '15.2.1118.7',
    client: { installed: true, version: '8.1.0.0' },
    agent: { state: 'alive', version: '0.1.0', reportAgeMs: ageOf(index) },
    warnings: [],
  }));
  const databases = Array.from({ length: DATABASES }, (_, index) => ({
    guid: guidOf(databaseName(index)),
    name: databaseName(index),
    kind: 'dag',
    dag: 'dag1',
    activeMember: memberId(index),
    mounted: true,
    backupInProgress: false,
    circularLogging: false,
    sizeBytes: String(SIZE_BYTES),
    lastFullBackupAt: new Date(nowMs - 86_400_000).toISOString(),
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: Array.from({ length: COPIES }, (__, copy) => ({
      member: memberId(index + copy),
      role: copy === 0 ? 'active' : 'passive',
      status: copy === 0 ? 'Mounted' : 'Healthy',
      activationPreference: copy + 1,
      replayLagMs: copy === COPIES - 1 ? 604_800_000 : 0,
      copyQueueLength: '0',
      replayQueueLength: '3',
      latestFullBackupAt: null,
      suspendComment: null,
      volume: null,
      observedBy: memberId(index + copy),
      ageMs: ageOf(index + copy),
    })),
  }));
  const dags = [{ id: 'dag1', name: 'DAG1', members: members.map(({ id }) => id) }];
  return {
    takenAt: new Date(nowMs).toISOString(),
    dags,
    members,
    databases,
    missingMembers: [],
  } as unknown as InventorySnapshot;
}

/** A run over all of it, as it is so long after its start. */
export function largeRun(runId: string, startMs: number, nowMs: number): RunView {
  const tasks = Array.from({ length: DATABASES }, (_, index) => taskOf(index, startMs, nowMs));
  const ended = tasks.filter(({ status }) => status === 'succeeded').length;
  return {
    runId,
    kind: 'backup',
    requestId: 'bench',
    status: ended === DATABASES ? 'completed' : 'running',
    requestedBy: 'bench',
    requestedAt: new Date(startMs).toISOString(),
    endedAt: ended === DATABASES ? new Date(nowMs).toISOString() : null,
    tasksTotal: DATABASES,
    tasksEnded: ended,
    exitCode: ended === DATABASES ? 0 : null,
    request: {},
    reason: `${ended} of ${DATABASES} done`,
    warnings: [],
    missingMembers: [],
    accounting: { known: DATABASES, backedUp: ended, notNeeded: 0, excluded: 0, failed: 0, open: 0, exclusions: [] },
    counters: { failovers: 0, agentsLost: 0, reroutes: 0 },
    tasks,
    log: [],
  } as unknown as RunView;
}

function taskOf(index: number, startMs: number, nowMs: number): TaskView {
  const fromMs = startMs + Math.floor(index / PARALLEL) * TASK_MS;
  const share = Math.min(1, Math.max(0, (nowMs - fromMs) / TASK_MS));
  const bytes = String((SIZE_BYTES * BigInt(Math.round(share * 1_000))) / 1_000n);
  const member = memberId(index + 1);
  const attempt = {
    number: 1,
    member,
    role: 'passive',
    reason: 'planned',
    dispatchedAt: new Date(fromMs).toISOString(),
    startedAt: new Date(fromMs).toISOString(),
    endedAt: share === 1 ? new Date(fromMs + TASK_MS).toISOString() : null,
    outcome: share === 1 ? 'succeeded' : null,
    bytes,
  };
  return {
    taskId: `t${index}`,
    databaseGuid: guidOf(databaseName(index)),
    databaseName: databaseName(index),
    kind: 'dag',
    copyNumber: 1,
    status: share === 1 ? 'succeeded' : share > 0 ? 'running' : 'pending',
    reason: `${member.toUpperCase()} chosen: passive, Healthy, least loaded`,
    rule: null,
    blocked: null,
    member,
    sizeBytes: String(SIZE_BYTES),
    bytesDone: bytes,
    attempts: nowMs >= fromMs ? [attempt] : [],
  } as unknown as TaskView;
}
