import { EjectionChains } from './ejection-chains.js';
import { seeded } from './seeded.js';
import { NOWHERE, type Workload } from './workload.js';

/** Any number will do; equal input must meet equal numbers. */
const SEED = 1;
/** Jobs put somewhere else at random between two descents. */
const KICK_JOBS_MIN = 5;
const KICK_JOBS_MAX = 10;
/** Steps of the first descent, and of each one after a kick. */
const FIRST_DESCENT_STEPS_MAX = 10_000;
const DESCENT_STEPS_MAX = 3_000;
/** How much later than the best a plan may finish for the search to go on from it. */
const WANDER_SHARE = 0.005;
/** A plan this near to the bound is as good as any. */
const GOOD_ENOUGH_SHARE = 0.0003;
/** Kicks of a part so small that descents cost next to nothing. */
const KICKS_MAX = 50_000;

/** Iterated local search: descends, kicks some jobs elsewhere and descends again, for so many steps. */
export function improve(workload: Workload, boundMs: number, stepsMax: number): void {
  const chains = new EjectionChains(workload);
  const random = seeded(SEED);
  chains.descend(Math.min(stepsMax, FIRST_DESCENT_STEPS_MAX));
  let best = workload.save();
  let bestMs = workload.finishMs();
  let current = best;
  let currentMs = bestMs;
  for (let kicks = 0; kicks < KICKS_MAX && chains.steps < stepsMax; kicks += 1) {
    if (bestMs <= boundMs * (1 + GOOD_ENOUGH_SHARE)) break;
    kick(workload, random);
    chains.descend(Math.min(stepsMax, chains.steps + DESCENT_STEPS_MAX));
    const finishMs = workload.finishMs();
    const ceilingMs = Math.min(currentMs * (1 + (random() < 0.5 ? 0 : WANDER_SHARE)), bestMs * (1 + WANDER_SHARE));
    if (finishMs <= ceilingMs) {
      current = workload.save();
      currentMs = finishMs;
    } else {
      workload.restore(current);
    }
    if (finishMs < bestMs) {
      best = current;
      bestMs = finishMs;
    }
    // Saving and restoring take time as well, and the more the larger the part.
    chains.steps += workload.streamOf.length;
  }
  workload.restore(best);
}

/** One job of the latest stream, and some others, each to a random place that its group allows. */
function kick(workload: Workload, random: () => number): void {
  const { model } = workload;
  const below = (count: number): number => Math.floor(random() * count);
  const jobs = KICK_JOBS_MIN + below(KICK_JOBS_MAX - KICK_JOBS_MIN + 1);
  for (let nth = 0; nth < jobs; nth += 1) {
    const job = nth === 0 ? anyOf(workload, workload.latestStream(), below) : below(model.jobIds.length);
    if (job === NOWHERE || workload.streamOf[job] === NOWHERE) continue;
    const option = model.jobOptions[job] + below(model.jobOptions[job + 1] - model.jobOptions[job]);
    const member = model.optionMember[option];
    if (workload.meetsMate(job, member)) continue;
    const streams = model.memberStreams[member + 1] - model.memberStreams[member];
    workload.move(job, option, model.memberStreams[member] + below(streams));
  }
}

function anyOf(workload: Workload, stream: number, below: (count: number) => number): number {
  if (stream === NOWHERE) return NOWHERE;
  let count = 0;
  for (let job = workload.first[stream]; job !== NOWHERE; job = workload.next[job]) count += 1;
  let chosen = workload.first[stream];
  for (let skip = below(count); skip > 0; skip -= 1) chosen = workload.next[chosen];
  return chosen;
}
