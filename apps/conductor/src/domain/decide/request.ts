import { ExitCode, type BackupRequest } from '#contracts';
import { contradictionsOf } from '../../planning/contradictions.js';
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
    // The plan is kept once, in the order: whoever looks at the run need not get it each time.
    request: withoutPlan(request),
    order: orderOf(request),
    deadlineAtMs: context.nowMs + (request.deadlineMs ?? context.settings.runDeadlineMs),
  });
  const contradictions = contradictionsOf(orderOf(request));
  if (contradictions.length > 0) {
    draft.emit({ type: 'RunRefused', runId, reason: contradictions.join('; '), exitCode: ExitCode.usage });
  }
}

function withoutPlan(request: BackupRequest): BackupRequest {
  const { plan: _, ...rest } = request;
  return rest;
}

export function orderOf(request: BackupRequest): BackupOrder {
  return {
    backupType: request.backupType ?? 'full',
    dags: request.dags ?? [],
    databases: request.databases ?? [],
    excludeMembers: request.excludeMembers ?? [],
    preferMembers: request.preferMembers ?? [],
    minIntervalMs: request.minIntervalMs ?? 0,
    spread: request.spread ?? 'member',
    plan: request.plan ?? null,
    copiesPerDatabase: request.copiesPerDatabase ?? 1,
    copyPreference: request.copyPreference ?? 'preferPassive',
    onFailover: request.onFailover ?? 'followActive',
  };
}
