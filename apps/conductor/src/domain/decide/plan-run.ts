import { ExitCode, type DatabaseView } from '#contracts';
import { infeasibleClauses } from '../../planning/infeasible.js';
import { provenNotNeeded } from '../../planning/needed.js';
import { place } from '../../planning/place.js';
import { select } from '../../planning/select.js';
import { priorityIn } from '../priority.js';
import type { BackupOrder, TaskSubject } from '../run.events.js';
import { newTask, type RunState } from '../run.state.js';
import { memberName } from '../world.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';
import { placementContext, questionFor } from './question.js';

/** Turns a collected run into tasks with their members: largest first, each onto the least loaded member that may do it. */
export function planRun(draft: Draft, context: Context, run: RunState, missingMembers: readonly string[]): void {
  const { runId, order } = run;
  const selection = select(order, context.world);
  if (selection.kind === 'refused') {
    const exitCode = context.world.databases.isEmpty() ? ExitCode.failed : ExitCode.usage;
    return draft.emit({ type: 'RunRefused', runId, reason: selection.reason, exitCode });
  }
  const infeasible = infeasibleClauses(order, selection.databases, context.world);
  if (infeasible.length > 0) {
    return draft.emit({ type: 'RunRefused', runId, reason: infeasible.join('; '), exitCode: ExitCode.usage });
  }
  for (const { database, subject } of subjectsOf(selection.databases, order)) {
    const proven = provenNotNeeded(database, order.backupType, order.minIntervalMs, context.nowMs);
    // One word for the database, however many backups of it were asked for.
    if (proven && subject.copyNumber > 1) continue;
    if (proven) draft.emit({ type: 'TaskNotNeeded', runId, task: subject, ...proven });
    else planTask(draft, context, runId, database, subject);
  }
  draft.emit({
    type: 'RunPlanned',
    runId,
    missingMembers,
    warnings: warningsAbout(missingMembers, selection.databases, context),
    knownDatabases: context.world.databases.size,
    excluded: selection.excluded,
  });
}

interface PlannedSubject {
  readonly database: DatabaseView;
  readonly subject: TaskSubject;
}

function subjectsOf(databases: readonly DatabaseView[], order: BackupOrder): readonly PlannedSubject[] {
  const known = databases.flatMap((database) => (database.sizeBytes === null ? [] : Number(database.sizeBytes)));
  const priority = priorityIn(order);
  // A database of unknown size counts as an average one: neither first nor free of charge.
  const averageBytes = known.length > 0 ? Math.round(known.reduce((sum, bytes) => sum + bytes, 0) / known.length) : 1;
  return databases
    .flatMap((database) =>
      // Only a DAG database has copies to choose from; asking for two of a stand-alone one is no shortcoming.
      Array.from({ length: database.kind === 'dag' ? order.copiesPerDatabase : 1 }, (_, index) => ({
        database,
        subject: subjectOf(database, index + 1, averageBytes, priority(database)),
      })),
    )
    .toSorted(
      (a, b) =>
        a.subject.copyNumber - b.subject.copyNumber ||
        b.subject.sizeBytes - a.subject.sizeBytes ||
        a.subject.databaseName.localeCompare(b.subject.databaseName),
    );
}

function subjectOf(database: DatabaseView, copyNumber: number, averageBytes: number, priority: number): TaskSubject {
  return {
    taskId: `${database.guid}/${copyNumber}`,
    databaseGuid: database.guid,
    databaseName: database.name,
    kind: database.kind,
    copyNumber,
    sizeBytes: database.sizeBytes === null ? averageBytes : Number(database.sizeBytes),
    priority,
  };
}

function planTask(draft: Draft, context: Context, runId: string, database: DatabaseView, task: TaskSubject): void {
  const run = draft.state.runs.get(runId);
  if (!run) throw new Error(`run ${runId} vanished while it was planned`);
  const placement = place(questionFor(run, newTask(task), database), placementContext(draft, context));
  const { decision } = placement;
  if (placement.kind === 'placed') {
    draft.emit({ type: 'TaskPlanned', runId, task, member: placement.member, decision });
    draft.dirtyMembers.add(placement.member);
    return;
  }
  const { reason } = placement;
  if (task.copyNumber > 1) {
    return draft.emit({
      type: 'TaskLeftOut',
      runId,
      task,
      rule: 'not-enough-copies',
      leftOut: 'fewerCopies',
      reason,
      decision,
    });
  }
  if (placement.kind === 'waiting') {
    const { rule, liftedBy } = placement;
    return draft.emit({ type: 'TaskUnplaced', runId, task, rule, liftedBy, reason: `waits: ${reason}`, decision });
  }
  if (placement.rule === 'recovery-database') {
    return draft.emit({
      type: 'TaskLeftOut',
      runId,
      task,
      rule: placement.rule,
      leftOut: 'never',
      reason: 'a recovery database is never backed up',
      decision,
    });
  }
  if (placement.byPolicy) {
    return draft.emit({ type: 'TaskLeftOut', runId, task, rule: placement.rule, leftOut: 'policy', reason, decision });
  }
  draft.emit({ type: 'TaskUnplaced', runId, task, rule: placement.rule, liftedBy: [], reason, decision });
  draft.emit({
    type: 'TaskCompleted',
    runId,
    taskId: task.taskId,
    status: 'failed',
    rule: placement.rule,
    reason: `no copy can be backed up: ${reason}`,
  });
}

/** Who did not answer, and what nobody else can tell of. */
function warningsAbout(
  missing: readonly string[],
  databases: readonly DatabaseView[],
  context: Context,
): readonly string[] {
  return missing.map((member) => {
    const only = databases
      .filter((database) => database.copies.length > 0 && database.copies.every((copy) => copy.member === member))
      .map((database) => database.name);
    const holds = only.length > 0 ? `; only it holds ${only.join(', ')}` : '';
    return `${memberName(context.world, member)} did not report in time${holds}`;
  });
}
