import type { AssignmentLimit, AssignmentMember, AssignmentProblem, QueuedJob } from './assignment/index.js';

/** What moves of waiting work were decided from, as short as may be: it names every job that waits on members that share work. */
export interface MoveRecord {
  readonly members: readonly AssignmentMember[];
  readonly limits: readonly AssignmentLimit[];
  /** The runs whose jobs wait there. */
  readonly runs: readonly string[];
  readonly jobs: readonly JobRecord[];
}

interface JobRecord {
  /** Its place among the runs. */
  readonly run: number;
  readonly task: string;
  /** Where it waits: the place among the members. */
  readonly at: number;
  readonly moves: number;
  readonly movedAgoMs: number | null;
  readonly priority: number;
  /** Member, time and penalty of each copy that would do. */
  readonly options: readonly (readonly [member: number, durationMs: number, penalty: number])[];
}

/** How a waiting job is named where the work of several runs is looked at together. */
export function jobName(runId: string, taskId: string): string {
  return `${runId} ${taskId}`;
}

/** The backups of one database in one run. */
export function groupOf(job: string): string {
  return job.slice(0, job.lastIndexOf('/'));
}

export function recordOf(problem: AssignmentProblem, queued: ReadonlyMap<string, QueuedJob>): MoveRecord {
  const { members, limits = [], jobs } = problem;
  const places = new Map(members.map(({ id }, index) => [id, index]));
  const placeOf = (member: string): number => places.get(member) ?? unknown(`member ${member}`);
  const runs = [...new Set(jobs.map(({ id }) => runOf(id)))];
  return {
    members,
    limits,
    runs,
    jobs: jobs.map(({ id, priority = 0, options }): JobRecord => {
      const { member, moves, movedAgoMs } = queued.get(id) ?? unknown(`job ${id}`);
      return {
        run: runs.indexOf(runOf(id)),
        task: id.slice(runOf(id).length + 1),
        at: placeOf(member),
        moves,
        movedAgoMs,
        priority,
        options: options.map((option) => [placeOf(option.member), option.durationMs, option.penalty ?? 0] as const),
      };
    }),
  };
}

export interface Recorded {
  readonly problem: AssignmentProblem;
  readonly queued: ReadonlyMap<string, QueuedJob>;
}

export function recordedIn({ members, limits, runs, jobs }: MoveRecord): Recorded {
  const memberAt = (place: number): string => members[place]?.id ?? unknown(`member number ${place}`);
  const nameOf = ({ run, task }: JobRecord): string => jobName(runs[run] ?? unknown(`run number ${run}`), task);
  return {
    problem: {
      members,
      limits,
      jobs: jobs.map((job) => ({
        id: nameOf(job),
        group: groupOf(nameOf(job)),
        priority: job.priority,
        options: job.options.map(([member, durationMs, penalty]) => ({
          member: memberAt(member),
          durationMs,
          penalty,
        })),
      })),
    },
    queued: new Map(
      jobs.map((job) => [nameOf(job), { member: memberAt(job.at), moves: job.moves, movedAgoMs: job.movedAgoMs }]),
    ),
  };
}

function runOf(job: string): string {
  return job.slice(0, job.indexOf(' '));
}

function unknown(what: string): never {
  throw new Error(`the record of moves tells nothing of ${what}`);
}
