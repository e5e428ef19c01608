import { ExitCode, type DatabaseView, type PlanOrder } from '#contracts';
import { change } from '../../domain/changes.js';
import type { BackupOrder } from '../../domain/backup-order.js';
import type { Exclusion, LeftOut, PlacementDecision, TaskSubject } from '../../domain/run.event-parts.js';
import { assign, type Assignment, type AssignmentMember, type AssignmentProblem } from '../assignment/index.js';
import type { Capacity, PlacementContext } from '../candidates.js';
import { averageBytesOf, bytesToMove } from '../estimate.js';
import { infeasibleClauses } from '../infeasible.js';
import { provenNotNeeded, type NotNeeded } from '../needed.js';
import { scoresOf, unplaced } from '../place.js';
import { select } from '../select.js';
import { sharedLimits } from './limits.js';
import { jobsOf, subjectOf, type PlanJob } from './jobs.js';
import { bindingInWords, decisionInPlan, overviewOf, type Overview } from './reasons.js';
import { changesSince, topologyOf } from './topology.js';

/** What a run will do with one database, or with one of several backups of it. */
export type PlanOutcome =
  | {
      readonly kind: 'placed';
      readonly member: string;
      readonly startMs: number;
      readonly endMs: number;
      readonly decision: PlacementDecision;
    }
  | {
      readonly kind: 'waiting';
      readonly rule: string;
      readonly reason: string;
      /** The changes that could make a place, as keys. */
      readonly liftedBy: readonly string[];
      readonly decision: PlacementDecision;
    }
  | {
      readonly kind: 'leftOut';
      readonly rule: string;
      readonly leftOut: LeftOut;
      readonly reason: string;
      readonly decision: PlacementDecision;
    }
  | { readonly kind: 'failed'; readonly rule: string; readonly reason: string; readonly decision: PlacementDecision }
  | ({ readonly kind: 'notNeeded' } & NotNeeded);

export interface PlannedTask {
  readonly task: TaskSubject;
  readonly outcome: PlanOutcome;
}

export interface Plan {
  readonly kind: 'planned';
  /** In the order in which they are to start; what does not start comes first. */
  readonly tasks: readonly PlannedTask[];
  readonly excluded: readonly Exclusion[];
  readonly knownDatabases: number;
  /** From the moment of planning; 0 when nothing is to be done. */
  readonly finishMs: number;
  /** No plan could finish earlier. */
  readonly boundMs: number;
  /** What keeps the finish from being earlier, in words. */
  readonly binding: readonly string[];
}

export interface PlanRefused {
  readonly kind: 'refused';
  readonly reason: string;
  readonly exitCode: number;
}

/** The whole run at once: which databases, which copies, which members, in which order, and why. A function of its arguments alone. */
export function makePlan(order: BackupOrder, context: PlacementContext, nowMs: number): Plan | PlanRefused {
  const { world } = context;
  const selection = select(order, world);
  if (selection.kind === 'refused') {
    const exitCode = world.databases.isEmpty() ? ExitCode.failed : ExitCode.usage;
    return { kind: 'refused', reason: selection.reason, exitCode };
  }
  const { databases, excluded } = selection;
  const infeasible = infeasibleClauses(order, databases, world);
  if (infeasible.length > 0) return { kind: 'refused', reason: infeasible.join('; '), exitCode: ExitCode.usage };
  const averageBytes = averageBytesOf(databases);
  const settled: PlannedTask[] = [];
  const jobs: PlanJob[] = [];
  for (const database of databases) {
    const proven = provenNotNeeded(database, order.backupType, order.minIntervalMs, nowMs);
    if (proven) settled.push(notNeeded(database, order, averageBytes, proven));
    else jobs.push(...jobsOf(database, order, averageBytes, context));
  }
  const changes = order.plan ? changesSince(order.plan.topology, topologyOf(databases), world) : [];
  if (order.plan && changes.length > 0) {
    const reason = `the topology has changed since the plan of ${order.plan.madeAt}: ${changes.join('; ')}; make a new plan`;
    return { kind: 'refused', reason, exitCode: ExitCode.planOutdated };
  }
  const open = jobs.filter(({ options }) => options.length > 0);
  const assignment = order.plan ? asPlanned(order.plan) : assign(problemOf(open, context));
  const overview = overviewOf(jobs, assignment);
  const placed: PlannedTask[] = [];
  for (const job of jobs) {
    const outcome = outcomeOf(job, overview, assignment, context);
    (outcome.kind === 'placed' ? placed : settled).push({ task: job.subject, outcome });
  }
  return {
    kind: 'planned',
    tasks: [...settled, ...placed.toSorted(byStart)],
    excluded,
    knownDatabases: world.databases.size,
    finishMs: assignment.finishMs,
    boundMs: assignment.boundMs,
    binding: bindingInWords(assignment, jobs, context),
  };
}

/** The plan that was handed in. A copy that cannot be backed up when its turn comes has its task go on elsewhere, as in any run. */
function asPlanned({ tasks, finishMs, boundMs }: PlanOrder): Assignment {
  const placed = new Map(
    tasks.map(({ taskId, member, startMs, endMs }) => [taskId, { job: taskId, member, startMs, endMs }]),
  );
  return { placed, queues: new Map(), unplaced: [], finishMs, boundMs, binding: [] };
}

/** One word for the database, however many backups of it were asked for. */
function notNeeded(database: DatabaseView, order: BackupOrder, averageBytes: number, proven: NotNeeded): PlannedTask {
  const bytes = bytesToMove(database, order.backupType, averageBytes);
  return { task: subjectOf(database, order, bytes, 1), outcome: { kind: 'notNeeded', ...proven } };
}

function problemOf(jobs: readonly PlanJob[], context: PlacementContext): AssignmentProblem {
  const members = new Map<string, AssignmentMember>();
  const capacities = new Map<string, Capacity>();
  const stated = jobs.map(({ subject, question, options }) => {
    const scores = scoresOf(question, options, context);
    return {
      id: subject.taskId,
      group: subject.databaseGuid,
      priority: subject.priority,
      options: options.map(({ copy }) => {
        const { member } = copy;
        const score = scores.get(member);
        if (!score) throw new Error(`the copy of ${subject.databaseName} on ${member} has no score`);
        if (!members.has(member)) {
          const capacity = context.capacity(member, question.backupType);
          const { streams, startGapMs } = capacity;
          capacities.set(member, capacity);
          members.set(member, {
            id: member,
            streamsFreeAtMs: Array.from({ length: streams }, () => score.freeAtMs),
            startGapMs,
          });
        }
        return { member, durationMs: score.durationMs, penalty: score.penalty };
      }),
    };
  });
  const limits = sharedLimits([...members.values()], (member) => capacities.get(member)?.within ?? []);
  return { members: [...members.values()], jobs: stated, limits };
}

function outcomeOf(job: PlanJob, overview: Overview, assignment: Assignment, context: PlacementContext): PlanOutcome {
  const { subject, question, candidates } = job;
  const placed = assignment.placed.get(subject.taskId);
  if (placed) {
    const { member, startMs, endMs } = placed;
    return { kind: 'placed', member, startMs, endMs, decision: decisionInPlan(job, overview, assignment, context) };
  }
  if (subject.copyNumber > 1) {
    const decision = decisionInPlan(job, overview, assignment, context);
    const reason = `backup ${subject.copyNumber} of this database has no member of its own: ${decision.summary}`;
    return { kind: 'leftOut', rule: 'not-enough-copies', leftOut: 'fewerCopies', reason, decision };
  }
  if (job.options.length > 0) {
    const decision = decisionInPlan(job, overview, assignment, context);
    return {
      kind: 'waiting',
      rule: 'member-capacity',
      liftedBy: [change.database(subject.databaseGuid), change.picture],
      reason: `waits: no member that could do it may do any backup now: ${decision.summary}`,
      decision,
    };
  }
  const placement = unplaced(question, candidates);
  if (placement.kind === 'waiting') return { ...placement, reason: `waits: ${placement.reason}` };
  if (placement.kind === 'placed') throw new Error(`${subject.databaseName} has a place and none`);
  const { rule, decision, reason } = placement;
  // Also one without any copy: nobody would back it up wherever it was.
  if (question.database.kind === 'recovery') {
    return {
      kind: 'leftOut',
      rule: 'recovery-database',
      leftOut: 'never',
      reason: 'a recovery database is never backed up',
      decision,
    };
  }
  if (placement.byPolicy) return { kind: 'leftOut', rule, leftOut: 'policy', reason, decision };
  return { kind: 'failed', rule, reason, decision };
}

function byStart(a: PlannedTask, b: PlannedTask): number {
  const startOf = ({ outcome }: PlannedTask): number => (outcome.kind === 'placed' ? outcome.startMs : 0);
  return (
    startOf(a) - startOf(b) ||
    b.task.sizeBytes - a.task.sizeBytes ||
    a.task.databaseName.localeCompare(b.task.databaseName) ||
    a.task.copyNumber - b.task.copyNumber
  );
}
