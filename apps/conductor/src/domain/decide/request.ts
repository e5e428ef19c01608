import { ExitCode, type BackupRequest } from '#contracts';
import type { BackupOrder } from '../run.events.js';
import type { Draft } from './draft.js';
import type { Context, Input } from './inputs.js';

type RequestInput = Extract<Input, { type: 'BackupRequested' }>;

/** A request becomes a run at once; whether it names things that exist is known only after collecting. */
export function onBackupRequested(draft: Draft, context: Context, input: RequestInput): void {
  const { request, runId, requestId } = input;
  draft.emit({
    type: 'RunRequested',
    runId,
    requestId,
    requestedBy: request.requestedBy ?? null,
    request,
    order: orderOf(request),
    deadlineAtMs: context.nowMs + (request.deadlineMs ?? context.settings.runDeadlineMs),
  });
  const contradiction = contradictionIn(orderOf(request));
  if (contradiction) draft.emit({ type: 'RunRefused', runId, reason: contradiction, exitCode: ExitCode.usage });
}

export function orderOf(request: BackupRequest): BackupOrder {
  return {
    backupType: request.backupType ?? 'full',
    dags: request.dags ?? [],
    databases: request.databases ?? [],
    excludeMembers: request.excludeMembers ?? [],
    copiesPerDatabase: request.copiesPerDatabase ?? 1,
    copyPreference: request.copyPreference ?? 'preferPassive',
    onFailover: request.onFailover ?? 'followActive',
  };
}

function contradictionIn(order: BackupOrder): string | undefined {
  if (order.copyPreference === 'activeOnly' && order.copiesPerDatabase > 1) {
    return `copiesPerDatabase ${order.copiesPerDatabase} contradicts copyPreference activeOnly: a database has one active copy`;
  }
  if (order.copyPreference === 'passiveOnly' && order.onFailover === 'followActive') {
    return 'onFailover followActive contradicts copyPreference passiveOnly: say onFailover bestCopy';
  }
  return undefined;
}
