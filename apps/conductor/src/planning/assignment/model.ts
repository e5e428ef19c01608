import type { AssignmentJob, AssignmentProblem } from './problem.js';

/** The problem as arrays of numbers, in an order that does not depend on how it was handed in. */
export interface Model {
  readonly memberIds: readonly string[];
  readonly jobIds: readonly string[];
  /** The streams of member m are those from memberStreams[m] up to memberStreams[m + 1]. */
  readonly memberStreams: Int32Array;
  readonly streamMember: Int32Array;
  readonly streamFreeMs: Float64Array;
  readonly memberGapMs: Float64Array;
  /** The options of job j are those from jobOptions[j] up to jobOptions[j + 1]. */
  readonly jobOptions: Int32Array;
  readonly optionMember: Int32Array;
  readonly optionMs: Float64Array;
  readonly optionPenalty: Float64Array;
  readonly jobPriority: Float64Array;
  /** The other jobs of each job's group. */
  readonly mates: readonly (readonly number[])[];
  readonly limits: readonly ModelLimit[];
}

export interface ModelLimit {
  readonly name: string;
  readonly streams: number;
  readonly members: readonly number[];
}

export function modelOf(problem: AssignmentProblem): Model {
  const members = sortedBy(problem.members, ({ id }) => id);
  const jobs = sortedBy(problem.jobs, ({ id }) => id);
  const limits = sortedBy(problem.limits ?? [], ({ name }) => name);
  const indexOf = new Map(members.map(({ id }, index) => [id, index]));
  const options = jobs.map((job) => optionsOf(job, indexOf));
  const flat = options.flat();
  const streams = members.flatMap((member, index) =>
    member.streamsFreeAtMs.toSorted((a, b) => a - b).map((freeMs) => ({ member: index, freeMs })),
  );
  return {
    memberIds: members.map(({ id }) => id),
    jobIds: jobs.map(({ id }) => id),
    memberStreams: offsets(members.map(({ streamsFreeAtMs }) => streamsFreeAtMs.length)),
    streamMember: Int32Array.from(streams, ({ member }) => member),
    streamFreeMs: Float64Array.from(streams, ({ freeMs }) => freeMs),
    memberGapMs: Float64Array.from(members, ({ startGapMs }) => startGapMs ?? 0),
    jobOptions: offsets(options.map(({ length }) => length)),
    optionMember: Int32Array.from(flat, ({ member }) => member),
    optionMs: Float64Array.from(flat, ({ durationMs }) => durationMs),
    optionPenalty: Float64Array.from(flat, ({ penalty }) => penalty),
    jobPriority: Float64Array.from(jobs, ({ priority }) => priority ?? 0),
    mates: matesOf(jobs),
    limits: limits.map(({ name, streams: count, members: ids }) => ({
      name,
      streams: count,
      members: ids.flatMap((id) => indexOf.get(id) ?? []).toSorted((a, b) => a - b),
    })),
  };
}

interface ModelOption {
  readonly member: number;
  readonly durationMs: number;
  readonly penalty: number;
}

function optionsOf(job: AssignmentJob, indexOf: ReadonlyMap<string, number>): readonly ModelOption[] {
  return job.options
    .flatMap(({ member: id, durationMs, penalty }) => {
      const member = indexOf.get(id);
      return member === undefined ? [] : [{ member, durationMs, penalty: penalty ?? 0 }];
    })
    .toSorted((a, b) => a.member - b.member);
}

function matesOf(jobs: readonly AssignmentJob[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const [index, { group }] of jobs.entries()) {
    if (group === undefined) continue;
    const known = groups.get(group);
    if (known) known.push(index);
    else groups.set(group, [index]);
  }
  return jobs.map(({ group }, index) =>
    group === undefined ? [] : (groups.get(group) ?? []).filter((mate) => mate !== index),
  );
}

function offsets(counts: readonly number[]): Int32Array {
  const result = new Int32Array(counts.length + 1);
  for (const [index, count] of counts.entries()) result[index + 1] = result[index] + count;
  return result;
}

/** By code units, so that no locale changes a plan. */
function sortedBy<Each>(all: readonly Each[], keyOf: (each: Each) => string): readonly Each[] {
  return all.toSorted((a, b) => {
    const left = keyOf(a);
    const right = keyOf(b);
    return left === right ? 0 : left < right ? -1 : 1;
  });
}
