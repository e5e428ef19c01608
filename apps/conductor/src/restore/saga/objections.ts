import { memberName } from '../../domain/world.js';
import { isAway, passivesOf, type Observation } from '../observation.js';
import type { OverTarget } from '../restore.events.js';
import type { RestoreTaskState } from '../restore.state.js';
import { lookAgain } from './over.js';
import { isLeftOut, type Move, type SagaContext } from './move.js';

/** The way out that people are told of. */
export const WITHOUT_IT =
  'to restore without it, name its server in --without-copies-on (withoutCopiesOn in a request)';
const BUSY: ReadonlySet<string> = new Set(['Seeding', 'SeedingSource', 'SinglePageRestore']);

/**
 * The last look before anything is touched: what the plan took for granted must be so. What passes by itself is
 * waited for; everything else ends the task here, with the database as it was.
 */
export function objectionTo(
  task: RestoreTaskState,
  target: OverTarget,
  seen: Observation,
  context: SagaContext,
): Move | undefined {
  const waitFor = (blockedBy: string, reason: string): Move => {
    const waitedMs = task.blockedBy === blockedBy ? context.nowMs - (task.blockedSinceMs ?? context.nowMs) : 0;
    return waitedMs >= context.waitLimitMs
      ? refused(`waited in vain: ${reason}`)
      : lookAgain(task, target, context, blockedBy, reason);
  };
  if (seen.backupInProgress === true)
    return waitFor('backup-in-progress', `Exchange says that a backup of ${target.name} is in progress`);
  if (seen.mounted !== false && !context.confirmed.has(target.guid))
    return refused(`${target.name} is mounted now, and the request does not confirm that it is overwritten`);
  const copies = passivesOf(seen);
  const away = copies.find((copy) => isAway(copy) && !isLeftOut(copy, context));
  if (away)
    return refused(
      `the copy on ${memberName(context.world, away.member)} is ${away.status}: it could be neither suspended nor reseeded; ${WITHOUT_IT}`,
    );
  const busy = copies.find(({ status }) => BUSY.has(status));
  if (busy) return waitFor('copy-busy', `the copy on ${memberName(context.world, busy.member)} is ${busy.status}`);
  return undefined;
}

function refused(reason: string): Move {
  return { kind: 'end', status: 'failed', reason: `refused before anything was touched: ${reason}` };
}
