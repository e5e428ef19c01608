import {
  EXCLUSION_NAMES_MAX,
  PLAN_FORMAT,
  type BackupRequest,
  type PlanDocument,
  type PlanTaskView,
  type WhatIf,
  type WindowFit,
} from '#contracts';
import { formatDuration } from '../../domain/format.js';
import type { World } from '../../domain/world.js';
import type { Plan, PlannedTask } from './plan.js';
import { topologyOf } from './topology.js';

export interface DocumentParts {
  readonly plan: Plan;
  readonly request: BackupRequest;
  readonly whatIf: WhatIf | null;
  readonly warnings: readonly string[];
  readonly world: World;
  readonly madeAt: string;
}

/** A plan as it travels, is kept in a file, and comes back to be carried out. */
export function documentOf({ plan, request, whatIf, warnings, world, madeAt }: DocumentParts): PlanDocument {
  const guids = new Set(plan.tasks.map(({ task }) => task.databaseGuid));
  const windowMs = whatIf?.windowMs;
  return {
    format: PLAN_FORMAT,
    madeAt,
    request,
    whatIf,
    finishMs: Math.ceil(plan.finishMs),
    boundMs: Math.floor(plan.boundMs),
    binding: plan.binding,
    warnings,
    window: windowMs === undefined ? null : fitOf(plan, windowMs),
    knownDatabases: plan.knownDatabases,
    exclusions: plan.excluded.map(({ rule, reason, databases }) => ({
      rule,
      reason,
      count: databases.length,
      databases: databases.slice(0, EXCLUSION_NAMES_MAX).map(({ name }) => name),
    })),
    tasks: plan.tasks.map(taskView),
    topology: topologyOf([...guids].flatMap((guid) => world.databases.get(guid) ?? [])),
  };
}

function taskView({ task, outcome }: PlannedTask): PlanTaskView {
  const placed = outcome.kind === 'placed' ? outcome : null;
  return {
    taskId: task.taskId,
    databaseGuid: task.databaseGuid,
    databaseName: task.databaseName,
    kind: task.kind,
    copyNumber: task.copyNumber,
    sizeBytes: String(task.sizeBytes),
    outcome: outcome.kind,
    rule: 'rule' in outcome ? outcome.rule : null,
    reason: 'reason' in outcome ? outcome.reason : outcome.decision.summary,
    member: placed?.member ?? null,
    startMs: placed?.startMs ?? null,
    endMs: placed?.endMs ?? null,
    candidates: 'decision' in outcome ? outcome.decision.candidates : [],
  };
}

function fitOf({ tasks, finishMs, boundMs }: Plan, windowMs: number): WindowFit {
  const late = [
    ...new Set(
      tasks.flatMap(({ task, outcome }) =>
        outcome.kind === 'placed' && outcome.endMs > windowMs ? [task.databaseName] : [],
      ),
    ),
  ];
  const window = formatDuration(windowMs);
  if (late.length === 0)
    return {
      windowMs,
      late,
      text: `everything fits into ${window}, with ${formatDuration(windowMs - finishMs)} to spare`,
    };
  const could =
    boundMs <= windowMs
      ? 'another plan might just fit'
      : `no plan fits: the best possible takes ${formatDuration(boundMs)}`;
  return {
    windowMs,
    late,
    text: `${late.length} databases end after ${window}: ${formatDuration(finishMs)} are needed; ${could}`,
  };
}
