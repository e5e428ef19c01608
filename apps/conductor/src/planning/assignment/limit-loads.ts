import type { Model } from './model.js';
import { NOWHERE, type Workload } from './workload.js';

/** A change of the work of one member. */
export type WorkChange = readonly [member: number, ms: number];

/**
 * Until when each shared limit is used at the least: the work of all its members, those busy now included, over the streams it allows. Unlike a
 * stream it says nothing of when a single job ends, only that not all of them can end earlier.
 */
export class LimitLoads {
  private readonly model: Model;
  private readonly loadMs: Float64Array;
  private readonly limitsOf: readonly (readonly number[])[];

  constructor(workload: Workload) {
    const { model } = workload;
    this.model = model;
    this.limitsOf = limitsByMember(model);
    this.loadMs = new Float64Array(model.limits.length);
    for (const [stream, freeMs] of model.streamFreeMs.entries()) this.add(model.streamMember[stream], freeMs);
    for (const [job, stream] of workload.streamOf.entries()) {
      if (stream !== NOWHERE) this.add(model.streamMember[stream], model.optionMs[workload.optionOf[job]]);
    }
  }

  add(member: number, ms: number): void {
    for (const limit of this.limitsOf[member]) this.loadMs[limit] += ms / this.model.limits[limit].streams;
  }

  /** The limit that is used longest; NOWHERE if there is none. */
  latest(): number {
    let latest = NOWHERE;
    for (let limit = 0; limit < this.loadMs.length; limit += 1) {
      if (latest === NOWHERE || this.loadMs[limit] > this.loadMs[latest]) latest = limit;
    }
    return latest;
  }

  latestMs(): number {
    const limit = this.latest();
    return limit === NOWHERE ? 0 : this.loadMs[limit];
  }

  /** Whether all limits would still be free by then. */
  allow(changes: readonly WorkChange[], ceilingMs: number): boolean {
    for (const [member, ms] of changes) this.add(member, ms);
    const isWithin = this.latestMs() <= ceilingMs;
    for (const [member, ms] of changes) this.add(member, -ms);
    return isWithin;
  }
}

/** The limits that each member shares with others. */
export function limitsByMember(model: Model): readonly (readonly number[])[] {
  const result = model.memberIds.map((): number[] => []);
  for (const [index, limit] of model.limits.entries()) for (const member of limit.members) result[member].push(index);
  return result;
}
