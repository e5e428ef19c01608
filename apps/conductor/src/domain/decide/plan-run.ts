import { inputsOf } from '../../planning/inputs.js';
import { makePlan, type PlannedTask } from '../../planning/plan/plan.js';
import { warningsAbout } from '../../planning/plan/warnings.js';
import type { NewRunEvent } from '../run.events.js';
import type { RunState } from '../run.state.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';
import { placementContext } from './question.js';

/** Turns a collected run into tasks with their members, all of them decided together. */
export function planRun(draft: Draft, context: Context, run: RunState, missingMembers: readonly string[]): void {
  const { runId, order } = run;
  const placement = placementContext(draft, context);
  const plan = makePlan(order, placement, context.nowMs);
  if (plan.kind === 'refused') {
    return draft.emit({ type: 'RunRefused', runId, reason: plan.reason, exitCode: plan.exitCode });
  }
  // Before anything is emitted: the context looks at the state as it grows.
  const inputs = inputsOf(
    {
      databases: plan.tasks.map(({ task }) => task.databaseGuid),
      members: [...order.excludeMembers, ...order.preferMembers],
      backupType: order.backupType,
    },
    placement,
  );
  for (const planned of plan.tasks) {
    for (const event of taskEvents(runId, planned)) draft.emit(event);
    if (planned.outcome.kind === 'placed') draft.dirtyMembers.add(planned.outcome.member);
  }
  const { knownDatabases, excluded, finishMs, boundMs, binding } = plan;
  draft.emit({
    type: 'RunPlanned',
    runId,
    missingMembers,
    warnings: warningsAbout(plan, missingMembers, context.world, order.backupType),
    knownDatabases,
    excluded,
    estimate: { finishMs, boundMs, binding },
    inputs,
  });
}

/** What a plan makes of one task, as the run's history keeps it. */
export function taskEvents(runId: string, { task, outcome }: PlannedTask): readonly NewRunEvent[] {
  switch (outcome.kind) {
    case 'placed': {
      const { member, decision } = outcome;
      return [{ type: 'TaskPlanned', runId, task, member, decision }];
    }
    case 'waiting': {
      const { rule, liftedBy, reason, decision } = outcome;
      return [{ type: 'TaskUnplaced', runId, task, rule, liftedBy, reason, decision }];
    }
    case 'notNeeded': {
      const { rule, reason, proof } = outcome;
      return [{ type: 'TaskNotNeeded', runId, task, rule, reason, proof }];
    }
    case 'leftOut': {
      const { rule, leftOut, reason, decision } = outcome;
      return [{ type: 'TaskLeftOut', runId, task, rule, leftOut, reason, decision }];
    }
    case 'failed': {
      const { rule, reason, decision } = outcome;
      return [
        { type: 'TaskUnplaced', runId, task, rule, liftedBy: [], reason, decision },
        {
          type: 'TaskCompleted',
          runId,
          taskId: task.taskId,
          status: 'failed',
          rule,
          reason: `no copy can be backed up: ${reason}`,
        },
      ];
    }
    default: {
      const unknown: never = outcome;
      throw new Error(`unknown outcome ${JSON.stringify(unknown)}`);
    }
  }
}
