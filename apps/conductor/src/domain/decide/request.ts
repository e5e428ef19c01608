import { ExitCode, PRIORITY_DEFAULT, type BackupRequest, type BackupWindow } from '#contracts';
import { contradictionsOf } from '../../planning/contradictions.js';
import { windowAgainstDeadline, windowProblems } from '../window/window-problems.js';
import type { BackupOrder } from '../backup-order.js';
import type { Draft } from './draft.js';
import type { Context, Input } from './inputs.js';
import { followWindow } from './windows.js';

type RequestInput = Extract<Input, { type: 'BackupRequested' }>;

/** A request becomes a run at once; whether it names things that exist is known only after collecting. */
export function onBackupRequested(draft: Draft, context: Context, input: RequestInput): void {
  const { request, runId, requestId } = input;
  const order = orderOf(request, context.settings.defaultWindow);
  const deadlineAtMs = context.nowMs + (request.deadlineMs ?? context.settings.runDeadlineMs);
  draft.emit({
    type: 'RunRequested',
    runId,
    requestId,
    requestedBy: request.requestedBy ?? null,
    // The plan is kept once, in the order: whoever looks at the run need not get it each time.
    request: withoutPlan(request),
    order,
    deadlineAtMs,
  });
  const contradictions = [...contradictionsOf(order), ...contradictionsInWindow(order, context.nowMs, deadlineAtMs)];
  if (contradictions.length > 0) {
    return draft.emit({ type: 'RunRefused', runId, reason: contradictions.join('; '), exitCode: ExitCode.usage });
  }
  followWindow(draft, context, runId);
}

function withoutPlan(request: BackupRequest): BackupRequest {
  const { plan: _, ...rest } = request;
  return rest;
}

export function orderOf(request: BackupRequest, defaultWindow: BackupWindow | null): BackupOrder {
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
    priority: request.priority ?? PRIORITY_DEFAULT,
    databasePriorities: request.databasePriorities ?? [],
    window: request.window ?? defaultWindow,
  };
}

function contradictionsInWindow({ window }: BackupOrder, nowMs: number, deadlineAtMs: number): readonly string[] {
  if (!window) return [];
  const problems = windowProblems(window);
  return problems.length > 0 ? problems : windowAgainstDeadline(window, nowMs, deadlineAtMs);
}
