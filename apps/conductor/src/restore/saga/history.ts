import type { RestoreStepKind, RestoreStepPurpose } from '#contracts';
import { liveSteps, type RestoreTaskState, type StepState } from '../restore.state.js';
import type { RestoreSettings } from '../settings.js';

/** Which step is meant: tries are counted for each copy, and for the way there and the way back, by themselves. */
export interface StepKey {
  readonly kind: RestoreStepKind;
  readonly purpose: RestoreStepPurpose;
  readonly copyMember?: string;
}

/** What somebody else takes back again and again is not fought for: a failover or two are no more than a few. */
const SUCCESSES_MAX = 10;

const LONG_KINDS: readonly RestoreStepKind[] = ['restoreBackup', 'restoreFiles', 'reseedCopy'];

/** Steps that move data: they are heard of by the leases they hold, for hours. */
export function isLong({ step }: StepState): boolean {
  return LONG_KINDS.includes(step.kind);
}

function matches({ step, purpose }: StepState, key: StepKey): boolean {
  const copyMember = 'copyMember' in step ? step.copyMember : undefined;
  return step.kind === key.kind && purpose === key.purpose && copyMember === key.copyMember;
}

/** A look at which Exchange knew no such database: it found nothing out that a restore could go on from. */
export function sawNothing({ purpose, outcome, hasSeen }: StepState): boolean {
  return purpose === 'look' && outcome === 'succeeded' && !hasSeen;
}

/** The tries of a step since it last succeeded. */
export function vainTries(task: RestoreTaskState, key: StepKey): readonly StepState[] {
  const tries = task.steps.filter((step) => matches(step, key) && step.outcome !== null);
  const lastSuccess = tries.findLastIndex((step) => step.outcome === 'succeeded' && !sawNothing(step));
  return tries.slice(lastSuccess + 1);
}

/** Speaks against the step itself, rather than of an agent that was lost or a database that moved meanwhile. */
function isFailure({ outcome, failure }: StepState): boolean {
  return (outcome === 'failed' || outcome === 'refused') && failure?.type !== 'database.moved';
}

/** Why a step is not tried again; undefined: it may be. */
export function givenUpBecause(task: RestoreTaskState, key: StepKey, settings: RestoreSettings): string | undefined {
  const successes = task.steps.filter((step) => matches(step, key) && step.outcome === 'succeeded').length;
  if (successes >= SUCCESSES_MAX) return `it was done ${successes} times, and Exchange does not show it for long`;
  const tries = vainTries(task, key);
  const failures = tries.filter(isFailure);
  const last = failures.at(-1);
  const why = last?.failure?.message ?? 'no reason was given';
  if (last?.failure?.retryable === false) return why;
  if (failures.length >= settings.stepTriesMax) return `${why} (tried ${failures.length} times)`;
  if (tries.length - failures.length >= settings.stepLossesMax)
    return `its agent was lost or restarted ${tries.length - failures.length} times in a row`;
  return undefined;
}

/** When a step that failed may be tried again. */
export function retryAtMs(task: RestoreTaskState, key: StepKey, settings: RestoreSettings): number {
  const tries = vainTries(task, key);
  const last = tries.at(-1);
  if (last?.endedAtMs == null) return 0;
  const delayMs = Math.min(settings.stepBackoffMs * 2 ** (tries.length - 1), settings.stepBackoffMaxMs);
  return last.endedAtMs + delayMs;
}

/** A step that was taken back before it could begin, or refused, did nothing. */
function mayHaveRun({ outcome }: StepState): boolean {
  return outcome !== 'withdrawn' && outcome !== 'refused';
}

/** Something in Exchange may be different because of this task. */
export function hasTouched(task: RestoreTaskState): boolean {
  return task.steps.some((step) => step.purpose !== 'look' && mayHaveRun(step));
}

/** The database's files may not be what they were, nor what they are to be. */
export function mayHaveWritten(task: RestoreTaskState): boolean {
  return task.steps.some((step) => step.step.kind === 'restoreBackup' && mayHaveRun(step) && step.wrote !== false);
}

/** The last restore, if it succeeded and nothing was restored over it. */
export function lastRestore(task: RestoreTaskState): StepState | undefined {
  const last = task.steps.findLast((step) => step.step.kind === 'restoreBackup' && mayHaveRun(step));
  return last?.outcome === 'succeeded' ? last : undefined;
}

/** The reseeds that gave a copy the restored content. */
export function reseedsOf(task: RestoreTaskState, copyMember: string): readonly StepState[] {
  const restore = lastRestore(task);
  if (!restore) return [];
  return task.steps.filter(
    ({ step, outcome, number }) =>
      step.kind === 'reseedCopy' &&
      step.copyMember === copyMember &&
      outcome === 'succeeded' &&
      number > restore.number,
  );
}

/** Since the last restore a reseed of the copy was begun, however it ended. */
export function mayBeReseeded(task: RestoreTaskState, copyMember: string): boolean {
  const since = lastRestore(task)?.number ?? 0;
  return task.steps.some(
    (each) =>
      each.step.kind === 'reseedCopy' && each.step.copyMember === copyMember && each.number > since && mayHaveRun(each),
  );
}

export function keyOfReseed(copyMember: string): StepKey {
  return { kind: 'reseedCopy', purpose: 'forward', copyMember };
}

export function succeeded(task: RestoreTaskState, kind: RestoreStepKind): StepState | undefined {
  return task.steps.findLast(({ step, outcome }) => step.kind === kind && outcome === 'succeeded');
}

/** Since when it has not been known how the database is; null: data is being moved, and the lease of that holds. */
function unseenSinceMs(task: RestoreTaskState): number | null {
  if (liveSteps(task).some((step) => isLong(step) && step.accepted)) return null;
  return task.steps.reduce(
    (since, step) => (step.hasSeen || isLong(step) ? Math.max(since, step.endedAtMs ?? 0) : since),
    task.beganAtMs ?? 0,
  );
}

/** What is waited for is somebody else's to bring about; reading the state meanwhile brings it no nearer. */
const OTHERS_TURN: ReadonlySet<string | null> = new Set(['agent-silent', 'no-active-copy', 'retry']);

export function isOthersTurn(blockedBy: string | null): boolean {
  return OTHERS_TURN.has(blockedBy);
}

/** A step that was to change something did so after that moment. */
export function hasAchievedSince(task: RestoreTaskState, momentMs: number): boolean {
  return task.steps.some(
    ({ purpose, outcome, endedAtMs }) =>
      purpose !== 'look' && outcome === 'succeeded' && endedAtMs !== null && endedAtMs > momentMs,
  );
}

/** Since when a task has not got on; null: data is being moved. */
export function stuckSinceMs(task: RestoreTaskState): number | null {
  const unseenMs = unseenSinceMs(task);
  if (unseenMs === null || task.blockedSinceMs === null || !isOthersTurn(task.blockedBy)) return unseenMs;
  return Math.min(unseenMs, task.blockedSinceMs);
}
