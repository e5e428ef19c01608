import type { AssignmentProblem } from './problem.js';

/** What no caller may ask: an assertion, so that a wrong caller is found where it is wrong and not by a strange plan. */
export function checkProblem(problem: AssignmentProblem): void {
  const members = new Set<string>();
  for (const { id, streamsFreeAtMs, startGapMs } of problem.members) {
    if (members.has(id)) throw wrong(`member ${id} is listed twice`);
    members.add(id);
    for (const freeMs of streamsFreeAtMs)
      if (!isTime(freeMs)) throw wrong(`a stream of member ${id} is free at ${freeMs}`);
    if (!isTime(startGapMs ?? 0)) throw wrong(`member ${id} has a start gap of ${startGapMs}`);
  }
  const jobs = new Set<string>();
  for (const { id, options, priority } of problem.jobs) {
    if (jobs.has(id)) throw wrong(`job ${id} is listed twice`);
    jobs.add(id);
    if (!Number.isFinite(priority ?? 0)) throw wrong(`job ${id} has the priority ${priority}`);
    const seen = new Set<string>();
    for (const { member, durationMs, penalty } of options) {
      if (!members.has(member)) throw wrong(`job ${id} has an option on ${member}, which is not listed as a member`);
      if (seen.has(member)) throw wrong(`job ${id} has two options on member ${member}`);
      seen.add(member);
      if (!isTime(durationMs)) throw wrong(`job ${id} would take ${durationMs} ms on member ${member}`);
      if (!Number.isFinite(penalty ?? 0)) throw wrong(`job ${id} has the penalty ${penalty} on member ${member}`);
    }
  }
  for (const { name, streams, members: within } of problem.limits ?? []) {
    if (!Number.isInteger(streams) || streams < 0) throw wrong(`the limit "${name}" allows ${streams} streams`);
    const unknown = within.find((id) => !members.has(id));
    if (unknown !== undefined) throw wrong(`the limit "${name}" is for ${unknown}, which is not listed as a member`);
    if (new Set(within).size < within.length) throw wrong(`the limit "${name}" lists a member twice`);
  }
}

function isTime(ms: number): boolean {
  return Number.isFinite(ms) && ms >= 0;
}

function wrong(what: string): Error {
  return new Error(
    `the assignment problem contradicts itself: ${what}; the code that states the problem must be mended`,
  );
}
