import type { Model } from './model.js';

export interface Longest {
  readonly job: number;
  readonly endMs: number;
}

/**
 * The job, or the group of jobs one after the other, that takes longest even where it is quickest, with nothing in its way but what
 * runs already: whatever the rest does, the plan finishes no earlier.
 */
export function longestOf(model: Model): Longest | undefined {
  let longest: Longest | undefined;
  for (let job = 0; job < model.jobIds.length; job += 1) {
    const endMs = Math.max(earliestEndMs(model, job), groupMs(model, job));
    if (endMs < Infinity && (!longest || endMs > longest.endMs)) longest = { job, endMs };
  }
  return longest;
}

function earliestEndMs(model: Model, job: number): number {
  let earliest = Infinity;
  for (let option = model.jobOptions[job]; option < model.jobOptions[job + 1]; option += 1) {
    // The streams of a member are in the order in which they get free.
    const freeMs = model.streamFreeMs[model.memberStreams[model.optionMember[option]]];
    earliest = Math.min(earliest, freeMs + model.optionMs[option]);
  }
  return earliest;
}

/** The jobs of a group are on different members: together they take at least the quickest of so many members. */
function groupMs(model: Model, job: number): number {
  const mates = model.mates[job];
  if (mates.length === 0 || mates.some((mate) => mate < job)) return 0;
  const quickest = new Map<number, number>();
  for (const each of [job, ...mates]) {
    for (let option = model.jobOptions[each]; option < model.jobOptions[each + 1]; option += 1) {
      const member = model.optionMember[option];
      quickest.set(member, Math.min(quickest.get(member) ?? Infinity, model.optionMs[option]));
    }
  }
  const ascending = [...quickest.values()].toSorted((a, b) => a - b);
  return ascending.slice(0, mates.length + 1).reduce((sum, each) => sum + each, 0);
}
