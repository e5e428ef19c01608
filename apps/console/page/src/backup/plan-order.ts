import type { BackupRequest, PlanDocument, PlanOrder } from '#contracts';
import { ProblemError } from '../api/problem.js';

const FORMAT: PlanDocument['format'] = 'dag-plan/1';
const LISTS = ['binding', 'warnings', 'exclusions', 'tasks', 'topology'] as const;

/** The request that carries out a plan as it was shown; the conductor refuses it if the topology has changed since. */
export function requestToCarryOut({
  request,
  madeAt,
  topology,
  tasks,
  finishMs,
  boundMs,
}: PlanDocument): BackupRequest {
  const pinned = tasks.flatMap(({ taskId, member, startMs, endMs }) =>
    member === null || startMs === null || endMs === null ? [] : [{ taskId, member, startMs, endMs }],
  );
  const plan: PlanOrder = { madeAt, topology, tasks: pinned, finishMs, boundMs };
  return { ...request, plan };
}

/** Only asking whether a plan fits into some time leaves the world as it is. */
export function canBeCarriedOut({ whatIf }: PlanDocument): boolean {
  return (whatIf?.withoutMembers ?? []).length === 0 && (whatIf?.growPercent ?? 0) === 0;
}

/** The plan in a file, as it was downloaded here or written by `dagctl plan --out`. What is in it beyond its form, the conductor checks. */
export function planIn(text: string): PlanDocument {
  const plan = parsed(text) as Partial<PlanDocument> | null;
  const isPlan =
    plan !== null &&
    plan.format === FORMAT &&
    typeof plan.request === 'object' &&
    LISTS.every((name) => Array.isArray(plan[name]));
  if (!isPlan)
    throw new ProblemError({
      type: 'plan.unreadable',
      title: 'The file holds no plan',
      status: 0,
      detail: 'Choose one that was kept here, or written by: dagctl plan --out FILE',
    });
  return plan as PlanDocument;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
