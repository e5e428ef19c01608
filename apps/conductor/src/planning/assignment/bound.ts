import { Capacity } from './capacity.js';
import type { Model } from './model.js';

const ROUNDS_MAX = 400;
/** Rounds without a better bound after which less is hoped for. */
const PATIENCE_ROUNDS = 10;
/** The search for better prices ends when it hopes for less than this share. */
const HOPE_MIN_SHARE = 1e-5;

export interface Bound {
  readonly boundMs: number;
  /** The price of an hour of one stream of each member, then of each limit. */
  readonly prices: Float64Array;
  /** How much of the bound is due to each member, then to each limit; together 1, or all 0 without work. */
  readonly shares: readonly number[];
}

/**
 * No plan finishes earlier. Proven by prices (linear programming duality): put any price on the time of each member and each
 * limit, and let every job buy where it is cheapest; all the time there is until the finish must be worth what the jobs pay.
 * The best prices give the optimum of a plan in which jobs may be split over members. They are found by raising the price of
 * what is asked for too much and lowering the rest.
 */
export function boundByPrices(model: Model, knownFinishMs: number): Bound {
  const capacity = new Capacity(model);
  let prices: Float64Array = new Float64Array(capacity.count).fill(1);
  capacity.normalise(prices);
  let best: Bound = { boundMs: 0, prices, shares: Array.from(prices, () => 0) };
  let hopeMs = knownFinishMs;
  let patience = PATIENCE_ROUNDS;
  const wantedMs = new Float64Array(capacity.count);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const spent = buyCheapest(model, prices, wantedMs);
    const boundMs = capacity.finishWorth(prices, spent);
    if (boundMs > best.boundMs) {
      best = { boundMs, prices, shares: capacity.shares(prices) };
      hopeMs = Math.min(hopeMs, knownFinishMs - boundMs);
      patience = PATIENCE_ROUNDS;
    } else {
      patience -= 1;
      if (patience === 0) {
        hopeMs /= 2;
        patience = PATIENCE_ROUNDS;
      }
    }
    if (hopeMs <= best.boundMs * HOPE_MIN_SHARE) break;
    prices = dearer(capacity, prices, wantedMs, boundMs, best.boundMs + hopeMs);
  }
  return best;
}

/** Lets each job buy the option that costs it least: what all of them pay, and what they want of each resource. */
function buyCheapest(model: Model, prices: Float64Array, wantedMs: Float64Array): number {
  const members = model.memberIds.length;
  const memberPrices = prices.slice(0, members);
  for (const [index, limit] of model.limits.entries()) {
    for (const member of limit.members) memberPrices[member] += prices[members + index];
  }
  wantedMs.fill(0);
  let spent = 0;
  for (let job = 0; job < model.jobIds.length; job += 1) {
    let least = Infinity;
    let chosen = model.jobOptions[job];
    for (let option = chosen; option < model.jobOptions[job + 1]; option += 1) {
      const cost = memberPrices[model.optionMember[option]] * model.optionMs[option];
      if (cost >= least) continue;
      least = cost;
      chosen = option;
    }
    if (least === Infinity) continue;
    spent += least;
    wantedMs[model.optionMember[chosen]] += model.optionMs[chosen];
  }
  for (const [index, limit] of model.limits.entries()) {
    for (const member of limit.members) wantedMs[members + index] += wantedMs[member];
  }
  return spent;
}

/** One step uphill, as long as it takes to reach the target if the slope held (Polyak). */
function dearer(
  capacity: Capacity,
  prices: Float64Array,
  wantedMs: Float64Array,
  boundMs: number,
  targetMs: number,
): Float64Array {
  const slope = capacity.slopeAt(prices, boundMs) || 1;
  const excess = wantedMs.map((wanted, resource) => (wanted - capacity.untilMs(resource, boundMs)) / slope);
  const length = excess.reduce((sum, each) => sum + each * each, 0);
  if (length === 0) return prices;
  const step = (targetMs - boundMs) / length;
  const result = prices.map((price, resource) => Math.max(0, price + step * excess[resource]));
  capacity.normalise(result);
  return result;
}
