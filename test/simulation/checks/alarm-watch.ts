import type { RestoreEvent, RestoreEventOf } from '../../../apps/conductor/src/restore/restore.events.js';

/** Somebody has to be told of what a restore left half-way at the latest this long after it last got on. */
export const ALARM_WITHIN_MS = 60_000;
const LONG_KINDS: ReadonlySet<string> = new Set(['restoreBackup', 'restoreFiles', 'reseedCopy']);

interface Watched {
  readonly runId: string;
  /** Since when nothing of it was brought about while a conductor acted. */
  sinceMs: number;
  isWaitingForReseeds: boolean;
  /** Data is being moved, or may be: of long steps the conductor hears by their leases. */
  readonly moving: Set<string>;
}

/**
 * Holds the promise of the alarms by books of its own: a restore that has changed something and gets no further is told of. A look
 * that only shows the same again is no progress.
 */
export class AlarmWatch {
  private readonly watched = new Map<string, Watched>();
  private readonly alarms = new Map<string, string>();
  private readonly longSteps = new Set<string>();

  constructor(
    private readonly violated: (what: string) => void,
    /** What is left of a task, given as its run and its id. */
    private readonly leftIn: (task: string, runId: string) => string | null,
  ) {}

  committed(event: RestoreEvent, nowMs: number): void {
    switch (event.type) {
      case 'RestoreStepOrdered':
        return this.ordered(event, nowMs);
      case 'RestoreStepAccepted':
        if (this.longSteps.has(event.stepId)) this.watched.get(keyOf(event))?.moving.add(event.stepId);
        return;
      case 'RestoreStepEnded':
        return this.ended(event, nowMs);
      case 'RestoreTaskBlocked': {
        const task = this.watched.get(keyOf(event));
        if (task) task.isWaitingForReseeds = event.blockedBy === 'reseed-slots';
        return;
      }
      case 'RestoreTaskEnded':
        this.watched.delete(keyOf(event));
        return;
      case 'AlarmRaised':
        this.alarms.set(event.alarmId, keyOf(event));
        return;
      case 'AlarmCleared':
      case 'AlarmAcknowledged':
        this.alarms.delete(event.alarmId);
        return;
      default:
    }
  }

  /** Time has passed; while no conductor acts nothing is promised. */
  look(nowMs: number, isConducted: boolean): void {
    const told = new Set(this.alarms.values());
    for (const [key, task] of this.watched) {
      if (!isConducted || task.moving.size > 0 || task.isWaitingForReseeds) task.sinceMs = nowMs;
      if (nowMs - task.sinceMs <= ALARM_WITHIN_MS || told.has(key)) continue;
      const left = this.leftIn(key, task.runId);
      if (left !== null) this.violated(`${left}, its restore has not got on for a minute, and no alarm stands`);
    }
  }

  private ordered(event: RestoreEventOf<'RestoreStepOrdered'>, nowMs: number): void {
    const { runId, step } = event;
    if (LONG_KINDS.has(step.step.kind)) this.longSteps.add(step.stepId);
    const task = this.watched.get(keyOf(event));
    if (task) task.isWaitingForReseeds = false;
    if (step.purpose === 'look' || task) return;
    this.watched.set(keyOf(event), { runId, sinceMs: nowMs, isWaitingForReseeds: false, moving: new Set() });
  }

  private ended(event: RestoreEventOf<'RestoreStepEnded'>, nowMs: number): void {
    const { stepId, outcome, changed } = event;
    const task = this.watched.get(keyOf(event));
    if (!task) return;
    const wasMoving = task.moving.delete(stepId);
    if (wasMoving || (outcome === 'succeeded' && changed === true)) task.sinceMs = nowMs;
  }
}

function keyOf({ runId, taskId }: { readonly runId: string; readonly taskId: string }): string {
  return `${runId} ${taskId}`;
}
