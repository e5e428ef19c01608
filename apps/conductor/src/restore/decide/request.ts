import { ExitCode, type RestoreRequest } from '#contracts';
import type { Draft } from '../../domain/decide/draft.js';
import type { Context } from '../../domain/decide/inputs.js';
import { propose } from '../plan.js';
import { notLearned } from '../problems.js';
import type { RestoreOrder } from '../restore.events.js';
import type { RestoreInput } from './inputs.js';

/** A request becomes a run at once; whether it can be carried out is known only after collecting. */
export function onRestoreRequested(
  draft: Draft,
  context: Context,
  input: Extract<RestoreInput, { type: 'RestoreRequested' }>,
): void {
  const { request, runId, requestId } = input;
  draft.emit({
    type: 'RestoreRequested',
    runId,
    requestId,
    requestedBy: request.requestedBy ?? null,
    request,
    order: restoreOrderOf(request),
    deadlineAtMs: context.nowMs + (request.deadlineMs ?? context.settings.runDeadlineMs),
  });
}

export function restoreOrderOf(request: RestoreRequest): RestoreOrder {
  return {
    databases: request.databases ?? [],
    dags: request.dags ?? [],
    all: request.all ?? false,
    point: request.point ?? { kind: 'newest' },
    to: request.to ?? { kind: 'original' },
    confirm: request.confirm ?? [],
    withoutCopiesOn: request.withoutCopiesOn ?? [],
    fullAfter: request.fullAfter ?? 'recommend',
    onRunningBackup: request.onRunningBackup ?? 'wait',
  };
}

/** Planned as a whole, or refused as a whole before anything is touched, with everything that stands against it. */
export function onRestoreCollected(
  draft: Draft,
  context: Context,
  input: Extract<RestoreInput, { type: 'RestoreCollected' }>,
): void {
  const run = draft.state.restores.get(input.runId);
  if (run?.status !== 'collecting') return;
  const { runId } = run;
  const proposal = propose(run.order, input.backups, context);
  const problems = [
    ...proposal.problems,
    ...proposal.databases.flatMap(({ database, problems: own }) =>
      own.map((problem) => `${database.name}: ${problem}`),
    ),
  ];
  const unknown = notLearned(input.missingMembers, context.world, context.nowMs);
  const tasks = proposal.databases.flatMap(({ plan }) => (plan ? [plan] : []));
  if (problems.length > 0 || tasks.length === 0) {
    // An empty inventory is a fault of the surroundings; everything else is the request's.
    const exitCode = context.world.databases.isEmpty() ? ExitCode.failed : ExitCode.usage;
    return draft.emit({ type: 'RestoreRefused', runId, reason: [...problems, ...unknown].join('; '), exitCode });
  }
  const warnings = [
    ...proposal.warnings,
    ...proposal.databases.flatMap(({ database, warnings: own }) => own.map((text) => `${database.name}: ${text}`)),
    ...unknown,
  ];
  draft.emit({ type: 'RestorePlanned', runId, tasks, warnings, missingMembers: input.missingMembers });
}
