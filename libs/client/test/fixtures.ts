import {
  FailureError,
  failure,
  type AttemptView,
  type CopyView,
  type DatabaseView,
  type InventorySnapshot,
  type MemberView,
  type RunLogEntry,
  type RunView,
  type TaskView,
} from '#contracts';
import type { Pacing } from '#client';

export const RUN_ID = '11111111-2222-4333-8444-555555555555';
export const AT = '2026-01-31T22:00:00.000Z';
const MIB = 1_048_576;

export function runOf(parts: Partial<RunView> = {}): RunView {
  const tasks = parts.tasks ?? [];
  return {
    runId: RUN_ID,
    requestId: 'nightly-1',
    status: 'running',
    requestedBy: 'operator@ops',
    requestedAt: AT,
    endedAt: null,
    tasksTotal: tasks.length,
    tasksEnded: 0,
    exitCode: null,
    request: {},
    reason: '3 of 4 databases are done',
    warnings: [],
    missingMembers: [],
    counters: { failovers: 0, agentsLost: 0, reroutes: 0 },
    accounting: { known: tasks.length, backedUp: 0, notNeeded: 0, excluded: 0, failed: 0, open: 0, exclusions: [] },
    tasks,
    log: [],
    ...parts,
  };
}

export function taskOf(name: string, parts: Partial<TaskView> = {}): TaskView {
  return {
    taskId: `${name}/1`,
    databaseGuid: `aaaaaaaa-0000-4000-8000-${name.padStart(12, '0').slice(-12)}`,
    databaseName: name,
    kind: 'dag',
    copyNumber: 1,
    status: 'pending',
    reason: '',
    rule: null,
    blocked: null,
    member: null,
    sizeBytes: String(10 * MIB),
    bytesDone: '0',
    attempts: [],
    ...parts,
  };
}

export function attemptOf(member: string, parts: Partial<AttemptView> = {}): AttemptView {
  return {
    number: 1,
    member,
    role: 'passive',
    reason: 'planned',
    dispatchedAt: AT,
    startedAt: AT,
    endedAt: null,
    outcome: null,
    bytes: '0',
    ...parts,
  };
}

export function entryOf(sequence: number, text = `entry ${sequence}`, event = 'TaskStarted'): RunLogEntry {
  return { sequence, at: AT, event, text };
}

export function memberOf(id: string, parts: Partial<MemberView> = {}): MemberView {
  return {
    id,
    name: id.toUpperCase(),
    dag: 'dag01',
    site: null,
    storageServer: null,
    exchangeVersion: null,
    client: { installed: true, version: '8.1.24.0' },
    agent: { state: 'alive', version: '0.1.0', reportAgeMs: 4_000 },
    warnings: [],
    ...parts,
  };
}

export function copyOf(member: string, parts: Partial<CopyView> = {}): CopyView {
  return {
    member,
    role: 'passive',
    status: 'Healthy',
    activationPreference: 2,
    replayLagMs: 0,
    copyQueueLength: '0',
    replayQueueLength: '0',
    latestFullBackupAt: AT,
    suspendComment: null,
    volume: null,
    observedBy: member,
    ageMs: 1_000,
    ...parts,
  };
}

export function databaseOf(name: string, parts: Partial<DatabaseView> = {}): DatabaseView {
  return {
    guid: 'bbbbbbbb-0000-4000-8000-000000000001',
    name,
    kind: 'dag',
    dag: 'dag01',
    activeMember: 'ex01',
    mounted: true,
    backupInProgress: false,
    circularLogging: false,
    sizeBytes: String(20 * MIB),
    lastFullBackupAt: AT,
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: [copyOf('ex02'), copyOf('ex01', { role: 'active', status: 'Mounted', activationPreference: 1 })],
    ...parts,
  };
}

export function snapshotOf(parts: Partial<InventorySnapshot> = {}): InventorySnapshot {
  return {
    takenAt: AT,
    dags: [{ id: 'dag01', name: 'DAG01', members: ['ex01', 'ex02'] }],
    members: [memberOf('ex01'), memberOf('ex02')],
    databases: [databaseOf('MBX01')],
    missingMembers: [],
    ...parts,
  };
}

export function failed(type: string, retryable = false): FailureError {
  return new FailureError(failure(type, `${type} happened`, { retryable }));
}

/** Time that passes only by sleeping, so that no test waits for the clock. */
export class FakePacing implements Pacing {
  private timeMs = 0;
  readonly slept: number[] = [];
  /** Called before each sleep ends. */
  onSleep: () => void = () => undefined;

  nowMs(): number {
    return this.timeMs;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.pass(ms);
    this.onSleep();
  }

  /** Time goes by without anybody sleeping. */
  pass(ms: number): void {
    this.timeMs += ms;
  }
}
