import { displayName } from '#contracts';
import { rebalance } from '../../planning/assignment/index.js';
import { contextFrom } from '../../planning/inputs.js';
import { jobName, recordedIn } from '../../planning/move-record.js';
import { moveDecision } from '../decide/rebalance.js';
import { questionFor } from '../decide/question.js';
import type { RunEventOf } from '../run.events.js';
import type { RunState } from '../run.state.js';
import { compared, replayOf, type Replay } from './replay.js';

/** How a move comes out that follows in the history. */
export type Moves = (event: RunEventOf<'TaskRebalanced'>) => Replay;

/** The moves of one decision once more. `run`: as it was when they were decided, before any of them. */
export function movesAgain(run: RunState, { inputs, record }: RunEventOf<'MovesDecided'>): Moves {
  const { problem, queued } = recordedIn(record);
  const moves = new Map(rebalance(problem, queued).map((move) => [move.job, move]));
  const context = contextFrom(inputs);
  return ({ taskId, fromMember, member, reason, decision }) => {
    const move = moves.get(jobName(run.runId, taskId));
    if (!move) return replayOf([`it would stay on ${displayName(fromMember)}`]);
    const task = run.tasks.get(taskId);
    const database = inputs.databases.find(({ guid }) => guid === task?.databaseGuid);
    if (!task || !database) throw new Error(`run ${run.runId} moved ${taskId} without a look at its database`);
    const now = moveDecision(questionFor(run, task, database), context, move);
    return compared({ fromMember, member, reason, decision }, now);
  };
}
