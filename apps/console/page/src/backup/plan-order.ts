import type { BackupRequest, PlanDocument, PlanOrder } from '#contracts';

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
