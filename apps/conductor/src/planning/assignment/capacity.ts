import type { Model } from './model.js';

/** Kinks at which the sum of all capacities may bend; beyond them it is a straight line. */
const NEWTON_ROUNDS_MAX = 200;
const ROUNDING_SHARE = 1e-12;

interface Resource {
  readonly streams: number;
  /** When each stream that is busy now gets free, ascending. */
  readonly busyUntilMs: readonly number[];
}

/** The stream time that members and limits offer until a given moment: first the members, then the limits. */
export class Capacity {
  readonly count: number;
  private readonly resources: readonly Resource[];

  constructor(model: Model) {
    const members = model.memberIds.map((_, member) => ({
      streams: model.memberStreams[member + 1] - model.memberStreams[member],
      busyUntilMs: busyStreams(model, [member]),
    }));
    const limits = model.limits.map(({ streams, members: within }) => ({
      streams,
      busyUntilMs: busyStreams(model, within),
    }));
    this.resources = [...members, ...limits];
    this.count = this.resources.length;
  }

  /** Stream time of one resource from now until then. */
  untilMs(resource: number, thenMs: number): number {
    const { streams, busyUntilMs } = this.resources[resource];
    let sumMs = 0;
    let fromMs = 0;
    for (const [index, untilMs] of busyUntilMs.entries()) {
      const toMs = Math.min(untilMs, thenMs);
      sumMs += Math.max(0, streams - (busyUntilMs.length - index)) * (toMs - fromMs);
      fromMs = toMs;
    }
    return sumMs + streams * (thenMs - fromMs);
  }

  /** Streams of one resource that are free at that moment. */
  freeAt(resource: number, thenMs: number): number {
    const { streams, busyUntilMs } = this.resources[resource];
    let busy = 0;
    for (const untilMs of busyUntilMs) if (untilMs > thenMs) busy += 1;
    return Math.max(0, streams - busy);
  }

  /** The earliest moment until which all stream time, at these prices, is worth that much. */
  finishWorth(prices: Float64Array, worth: number): number {
    let streamsWorth = 0;
    let latestMs = 0;
    for (const [resource, { streams, busyUntilMs }] of this.resources.entries()) {
      if (prices[resource] === 0) continue;
      streamsWorth += prices[resource] * streams;
      latestMs = Math.max(latestMs, busyUntilMs.at(-1) ?? 0);
    }
    if (streamsWorth === 0 || worth === 0) return 0;
    // The worth grows ever faster with time, so Newton's method from the right never oversteps.
    let thenMs = latestMs + worth / streamsWorth;
    for (let round = 0; round < NEWTON_ROUNDS_MAX && latestMs > 0; round += 1) {
      const surplus = this.worthUntil(prices, thenMs) - worth;
      const slope = this.slopeAt(prices, thenMs);
      if (surplus <= worth * ROUNDING_SHARE || slope === 0) break;
      thenMs -= surplus / slope;
    }
    return thenMs;
  }

  /** How fast the worth grows with time at that moment. */
  slopeAt(prices: Float64Array, thenMs: number): number {
    let slope = 0;
    for (let resource = 0; resource < this.count; resource += 1) {
      if (prices[resource] > 0) slope += prices[resource] * this.freeAt(resource, thenMs);
    }
    return slope;
  }

  /** What each resource's streams are worth of all; the prices are scaled so that this adds up to 1. */
  normalise(prices: Float64Array): void {
    let sum = 0;
    for (let resource = 0; resource < this.count; resource += 1)
      sum += prices[resource] * this.resources[resource].streams;
    if (sum > 0) for (let resource = 0; resource < this.count; resource += 1) prices[resource] /= sum;
  }

  shares(prices: Float64Array): readonly number[] {
    return this.resources.map(({ streams }, resource) => prices[resource] * streams);
  }

  private worthUntil(prices: Float64Array, thenMs: number): number {
    let worth = 0;
    for (let resource = 0; resource < this.count; resource += 1) {
      if (prices[resource] > 0) worth += prices[resource] * this.untilMs(resource, thenMs);
    }
    return worth;
  }
}

function busyStreams(model: Model, members: readonly number[]): readonly number[] {
  return members
    .flatMap((member) => [...model.streamFreeMs.subarray(model.memberStreams[member], model.memberStreams[member + 1])])
    .filter((freeMs) => freeMs > 0)
    .toSorted((a, b) => a - b);
}
