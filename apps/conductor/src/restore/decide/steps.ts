import { failure } from '#contracts';
import type { Draft } from '../../domain/decide/draft.js';
import type { Context } from '../../domain/decide/inputs.js';
import { memberName } from '../../domain/world.js';
import type { StepEnd } from '../restore.events.js';
import type { RestoreInput, StepEndInput } from './inputs.js';

/** The fence: only what the live step's own member says of it counts. */
function refOf(draft: Draft, stepId: string, member?: string) {
  const ref = draft.state.liveByStep.get(stepId);
  return ref && (member === undefined || ref.member === member) ? ref : undefined;
}

export function onStepAccepted(draft: Draft, input: Extract<RestoreInput, { type: 'RestoreStepAccepted' }>): void {
  const ref = refOf(draft, input.stepId, input.member);
  const step = ref && draft.state.restores.get(ref.runId)?.tasks.get(ref.taskId)?.steps.at(ref.index);
  if (!ref || !step || step.accepted) return;
  draft.emit({ type: 'RestoreStepAccepted', runId: ref.runId, taskId: ref.taskId, stepId: input.stepId });
}

export function onStepEnded(draft: Draft, input: StepEndInput): void {
  const { stepId, member, type: _, ...end } = input;
  endStep(draft, stepId, end, member);
}

export function onStepUnroutable(draft: Draft, context: Context, stepId: string): void {
  const ref = refOf(draft, stepId);
  if (!ref) return;
  const name = memberName(context.world, ref.member);
  const message = `the order could not be delivered: no agent is provisioned for ${name}`;
  endStep(draft, stepId, {
    outcome: 'withdrawn',
    bytes: '0',
    failure: failure('agent.absent', message, { retryable: true }),
  });
}

export function onStepNotGranted(draft: Draft, context: Context, stepId: string): void {
  const ref = refOf(draft, stepId);
  if (!ref) return;
  const message = `the agent of ${memberName(context.world, ref.member)} did not take up the order in time`;
  endStep(draft, stepId, {
    outcome: 'withdrawn',
    bytes: '0',
    failure: failure('agent.no-answer', message, { retryable: true }),
  });
}

export function onStepsExpired(draft: Draft, context: Context, member: string, stepIds: readonly string[]): void {
  const message = `the agent of ${memberName(context.world, member)} was not heard until its lease ran out`;
  for (const stepId of stepIds)
    endStep(
      draft,
      stepId,
      { outcome: 'lost', bytes: '0', failure: failure('agent.lost', message, { retryable: true }) },
      member,
    );
}

function endStep(draft: Draft, stepId: string, end: StepEnd, member?: string): void {
  const ref = refOf(draft, stepId, member);
  if (ref) draft.emit({ type: 'RestoreStepEnded', runId: ref.runId, taskId: ref.taskId, stepId, ...end });
}
