import {
  rebalanceParts,
  type AssignmentMember,
  type AssignmentProblem,
  type Move,
} from '../../planning/assignment/index.js';
import {
  candidatesOf,
  type Candidate,
  type PlacementContext,
  type PlacementQuestion,
  type SharedLimit,
} from '../../planning/candidates.js';
import { inputsOf } from '../../planning/inputs.js';
import { groupOf, jobName, recordOf, type MoveRecord } from '../../planning/move-record.js';
import { scoresOf } from '../../planning/place.js';
import { sharedLimits } from '../../planning/plan/limits.js';
import type { Score } from '../../planning/score.js';
import { tiersOf } from '../../planning/tiers.js';
import { decisionOf } from '../../planning/words.js';
import { taskOf } from '../conductor.state.js';
import { loadOf } from '../indexes/loads.js';
import { queueOf, rankOf } from '../indexes/queues.js';
import type { TaskKey } from '../task-key.js';
import { formatDuration } from '../format.js';
import { mayStartAt, type RunState, type TaskState } from '../run.state.js';
import { memberName } from '../world.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';
import { placementContext, questionFor } from './question.js';

/** Progress from which a backup at work tells how fast its member really is. */
const TELLING_BYTES_MIN = 256 * 1024 * 1024;
const TELLING_MS_MIN = 10_000;

interface Waiting {
  readonly key: TaskKey;
  readonly run: RunState;
  readonly task: TaskState;
  readonly member: string;
  readonly question: PlacementQuestion;
  /** The copies of the tier that the task waits in. */
  readonly options: readonly Candidate[];
  readonly scores: ReadonlyMap<string, Score>;
}

/**
 * Moves waiting backups between members when the work there takes longer or shorter than was reckoned. Only first attempts that wait in a queue
 * move, to copies that are as good as theirs; runs that carry out a plan as it is are left alone.
 */
export function onRebalance(draft: Draft, context: Context): void {
  const placement = realContext(draft, context);
  const waiting = waitingTasks(draft, context, placement);
  if (waiting.length === 0) return;
  const queued = new Map(
    waiting.map(({ key, task, member }) => [
      nameOf(key),
      { member, moves: task.moves, movedAgoMs: task.movedAtMs === null ? null : context.nowMs - task.movedAtMs },
    ]),
  );
  const byName = new Map(waiting.map((each) => [nameOf(each.key), each]));
  for (const { problem, moves } of rebalanceParts(problemOf(draft, context, placement, waiting), queued)) {
    const moved = moves.flatMap((move) => {
      const found = byName.get(move.job);
      return found ? [{ ...found, move }] : [];
    });
    emitMoves(draft, placement, moved, recordOf(problem, queued));
  }
}

type Moved = Waiting & { readonly move: Move };

/** Each run concerned keeps what its moves were decided from, and then the moves. */
function emitMoves(draft: Draft, placement: PlacementContext, moved: readonly Moved[], record: MoveRecord): void {
  for (const runId of new Set(moved.map(({ key }) => key.runId))) {
    const own = moved.filter(({ key }) => key.runId === runId);
    const databases = own.map(({ task }) => task.databaseGuid);
    const backupType = own[0]?.question.backupType ?? 'full';
    const members = own.flatMap(({ question }) => [...question.takenMembers]);
    // Before anything is emitted: the context looks at the state as it grows.
    const inputs = inputsOf({ databases, members, backupType }, placement);
    const events = own.map(({ key, question, move }) => ({
      type: 'TaskRebalanced' as const,
      runId,
      taskId: key.taskId,
      ...moveDecision(question, placement, move),
    }));
    draft.emit({ type: 'MovesDecided', runId, inputs, record });
    for (const event of events) {
      draft.emit(event);
      draft.dirtyMembers.add(event.member);
    }
  }
}

/** A move in the words of the run's history. */
export function moveDecision(question: PlacementQuestion, placement: PlacementContext, move: Move) {
  const candidates = candidatesOf(question, placement);
  const chosen = candidates.find(({ copy }) => copy.member === move.to);
  const scores = scoresOf(question, candidates, placement);
  const from = memberName(placement.world, move.from);
  const before = formatDuration(move.finishBeforeMs);
  const after = formatDuration(move.finishAfterMs);
  return {
    fromMember: move.from,
    member: move.to,
    reason: `${from} is behind: all is done in ${after} this way, and in ${before} without`,
    decision: decisionOf({ question, candidates, chosen, scores }),
  };
}

function waitingTasks(draft: Draft, context: Context, placement: PlacementContext): readonly Waiting[] {
  const found: Waiting[] = [];
  for (const run of draft.state.runs.values()) {
    // What a closed window keeps from starting competes with nothing now, and is looked at when it opens.
    const isShut = run.window !== null && !mayStartAt(run.window, context.nowMs);
    if (run.status !== 'running' || run.order.plan !== null || isShut) continue;
    for (const task of run.tasks.values()) {
      const database = context.world.databases.get(task.databaseGuid);
      if (task.status !== 'pending' || task.member === null || task.attempts.length > 0 || !database) continue;
      const { member } = task;
      const question = questionFor(run, task, database);
      const candidates = candidatesOf(question, placement);
      const tier = tiersOf(question, candidates).find((each) => each.some(({ copy }) => copy.member === member));
      // A copy that has become ineligible is dealt with when its turn comes.
      if (!tier) continue;
      const key = { runId: run.runId, taskId: task.taskId };
      const scores = scoresOf(question, candidates, placement);
      found.push({ key, run, task, member, question, options: tier, scores });
    }
  }
  return found;
}

function problemOf(
  draft: Draft,
  context: Context,
  placement: PlacementContext,
  waiting: readonly Waiting[],
): AssignmentProblem {
  const members = new Map<string, AssignmentMember>();
  const limitsOf = new Map<string, readonly SharedLimit[]>();
  const jobs = waiting.map(({ key, run, task, question, options, scores }) => ({
    id: nameOf(key),
    group: groupOf(nameOf(key)),
    priority: -rankOf(run, task),
    options: options.map(({ copy: { member } }) => {
      if (!members.has(member)) {
        members.set(member, memberNow(draft, context, placement, member, question));
        limitsOf.set(member, placement.capacity(member, question.backupType).within ?? []);
      }
      const score = scores.get(member);
      // Whole milliseconds, which are shorter to keep.
      return { member, durationMs: Math.ceil(score?.durationMs ?? 0), penalty: score?.penalty ?? 0 };
    }),
  }));
  const limits = sharedLimits([...members.values()], (member) => limitsOf.get(member) ?? []);
  return { members: [...members.values()], jobs, limits };
}

/** When each stream of a member gets free of what runs and of what was interrupted and waits there. */
function memberNow(
  draft: Draft,
  context: Context,
  placement: PlacementContext,
  member: string,
  { backupType }: PlacementQuestion,
): AssignmentMember {
  const { bytesPerSecond, streams, startGapMs } = placement.capacity(member, backupType);
  const atWork = liveOn(draft, member).map(({ attemptId, task }) =>
    Math.max(0, task.sizeBytes - context.bytesDone(attemptId)),
  );
  const interrupted = [...queueOf(draft.state, member)].flatMap((key) => {
    const task = taskOf(draft.state, key);
    return task && task.attempts.length > 0 ? [task.sizeBytes] : [];
  });
  const freeAtMs = Array.from({ length: streams }, () => 0);
  for (const bytes of [...atWork, ...interrupted]) {
    const earliest = freeAtMs.indexOf(Math.min(...freeAtMs));
    if (earliest >= 0) freeAtMs[earliest] = (freeAtMs[earliest] ?? 0) + (bytes / bytesPerSecond) * 1_000;
  }
  return { id: member, streamsFreeAtMs: freeAtMs.map(Math.ceil), startGapMs };
}

function liveOn(draft: Draft, member: string): readonly { attemptId: string; task: TaskState }[] {
  if (loadOf(draft.state, member).liveAttempts === 0) return [];
  return [...draft.state.liveByAttempt.values()].flatMap((ref) => {
    const task = ref.member === member ? taskOf(draft.state, ref) : undefined;
    return task ? [{ attemptId: ref.attemptId, task }] : [];
  });
}

/** As for any placement, but with what members at work are seen to do right now in place of what they did in earlier runs. */
function realContext(draft: Draft, context: Context): PlacementContext {
  const usual = placementContext(draft, context);
  const seen = new Map<string, { bytes: number; ms: number }>();
  for (const ref of draft.state.liveByAttempt.values()) {
    const attempt = taskOf(draft.state, ref)?.attempts.at(-1);
    const bytes = context.bytesDone(ref.attemptId);
    const ms = context.nowMs - (attempt?.startedAtMs ?? context.nowMs);
    if (bytes < TELLING_BYTES_MIN || ms < TELLING_MS_MIN) continue;
    const sum = seen.get(ref.member) ?? { bytes: 0, ms: 0 };
    seen.set(ref.member, { bytes: sum.bytes + bytes, ms: sum.ms + ms });
  }
  return {
    ...usual,
    capacity: (member, type) => {
      const now = seen.get(member);
      const capacity = usual.capacity(member, type);
      return now ? { ...capacity, bytesPerSecond: (now.bytes / now.ms) * 1_000 } : capacity;
    },
  };
}

function nameOf({ runId, taskId }: TaskKey): string {
  return jobName(runId, taskId);
}
