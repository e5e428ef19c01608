import { memberName } from '../../domain/world.js';
import type { Observation } from '../observation.js';
import type { OverTarget } from '../restore.events.js';
import type { RestoreTaskState } from '../restore.state.js';
import type { Move, SagaContext } from './move.js';
import { comesBack } from './over.js';

/**
 * Exchange on the server of the active copy does not answer: nothing of the database can be brought about, and whatever were tried would only
 * use up its tries. It is waited for like any other change that somebody else has to bring about.
 */
export function awaitActive(
  task: RestoreTaskState,
  target: OverTarget,
  seen: Observation,
  context: SagaContext,
): Move | undefined {
  const active = seen.copies.find(({ member }) => member === seen.activeMember);
  if (active?.status !== 'ServiceDown') return undefined;
  const where = memberName(context.world, active.member);
  const reason = `Exchange on ${where}, where ${target.name} is active, does not answer`;
  return comesBack(task, target, context, 'no-active-copy', reason);
}
