import type { LimitLoads } from './limit-loads.js';
import { NOWHERE, type Workload } from './workload.js';

/** How many jobs one chain may move. */
const DEPTH_MAX = 3;
/** Smaller gains are rounding. */
const GAIN_MIN_SHARE = 1e-9;

/**
 * Moves jobs off the stream that ends last so that every stream touched ends earlier than it did: a job goes to another stream, and
 * if that ends too late by it, a job there goes on to a third, and so forth. A swap is a chain that comes back. Where shared limits are given,
 * they must be done earlier as well, and the one that is used longest gives up jobs as a stream does.
 */
export class EjectionChains {
  /** Placements looked at so far. */
  steps = 0;
  private limitMs = 0;
  private length = 0;
  private readonly jobs = new Int32Array(DEPTH_MAX);
  private readonly options = new Int32Array(DEPTH_MAX);
  private readonly streams = new Int32Array(DEPTH_MAX);
  private readonly isMoved: Uint8Array;

  /** The jobs that must stay where they are have a 1. */
  constructor(
    private readonly workload: Workload,
    pinned: Uint8Array = new Uint8Array(workload.streamOf.length),
    private readonly limits?: LimitLoads,
  ) {
    this.isMoved = pinned.slice();
  }

  /** Shortens the latest stream until no chain does, or the steps are used up. */
  descend(stepsMax: number): void {
    while (this.steps < stepsMax && this.shorten(stepsMax));
  }

  /** Makes what ends latest, a stream or a limit, end earlier by the shortest chain that does; false if none does. */
  shorten(stepsMax: number): boolean {
    const latest = this.workload.latestStream();
    if (latest === NOWHERE) return false;
    const streamMs = this.workload.endMs[latest];
    const usedMs = this.limits?.latestMs() ?? 0;
    this.limitMs = Math.max(streamMs, usedMs) * (1 - GAIN_MIN_SHARE);
    const sources = usedMs > streamMs ? this.streamsWithin(this.limits?.latest() ?? NOWHERE) : [latest];
    for (let depth = 1; depth <= DEPTH_MAX; depth += 1) {
      for (const stream of sources) {
        if (this.ejectFrom(stream, 0, depth)) return true;
        if (this.steps >= stepsMax) return false;
      }
    }
    return false;
  }

  /** The streams that use a limit, the one that ends last first. */
  private streamsWithin(limit: number): readonly number[] {
    const { model, endMs } = this.workload;
    const within = model.limits[limit]?.members ?? [];
    return [...endMs.keys()]
      .filter((stream) => within.includes(model.streamMember[stream]))
      .toSorted((a, b) => endMs[b] - endMs[a] || a - b);
  }

  /** Tries to send one job of this stream elsewhere, with so many jobs left to move. */
  private ejectFrom(stream: number, moved: number, depth: number): boolean {
    const { endMs, first, next, optionOf, model } = this.workload;
    for (let job = first[stream]; job !== NOWHERE; job = next[job]) {
      if (this.isMoved[job]) continue;
      const withoutMs = endMs[stream] - model.optionMs[optionOf[job]];
      if (withoutMs >= this.limitMs) continue;
      const withMs = endMs[stream];
      const memberOf = model.streamMember[stream];
      endMs[stream] = withoutMs;
      this.limits?.add(memberOf, withoutMs - withMs);
      this.isMoved[job] = 1;
      const isDone = this.place(job, stream, moved, depth);
      this.isMoved[job] = 0;
      endMs[stream] = withMs;
      this.limits?.add(memberOf, withMs - withoutMs);
      if (isDone) {
        if (moved === 0) this.apply();
        return true;
      }
    }
    return false;
  }

  private place(job: number, from: number, moved: number, depth: number): boolean {
    const { endMs, model } = this.workload;
    for (let option = model.jobOptions[job]; option < model.jobOptions[job + 1]; option += 1) {
      const member = model.optionMember[option];
      if (model.mates[job].length > 0 && this.meetsMate(job, member, moved)) continue;
      for (let stream = model.memberStreams[member]; stream < model.memberStreams[member + 1]; stream += 1) {
        if (stream === from) continue;
        this.steps += 1;
        const formerMs = endMs[stream];
        const newMs = formerMs + model.optionMs[option];
        const fits = newMs < this.limitMs;
        if (!fits && depth === 1) continue;
        this.jobs[moved] = job;
        this.options[moved] = option;
        this.streams[moved] = stream;
        if (fits) {
          if (depth > 1 || this.limits?.allow([[member, newMs - formerMs]], this.limitMs) === false) continue;
          this.length = moved + 1;
          return true;
        }
        endMs[stream] = newMs;
        this.limits?.add(member, newMs - formerMs);
        const isDone = this.ejectFrom(stream, moved + 1, depth - 1);
        endMs[stream] = formerMs;
        this.limits?.add(member, formerMs - newMs);
        if (isDone) return true;
      }
    }
    return false;
  }

  /** Also mates that this very chain has sent there. */
  private meetsMate(job: number, member: number, moved: number): boolean {
    const { mates, streamMember } = this.workload.model;
    for (let at = 0; at < moved; at += 1) {
      if (streamMember[this.streams[at]] === member && mates[job].includes(this.jobs[at])) return true;
    }
    return this.workload.meetsMate(job, member);
  }

  private apply(): void {
    const { model, optionOf, streamOf } = this.workload;
    for (let at = 0; at < this.length; at += 1) {
      const job = this.jobs[at];
      this.limits?.add(model.streamMember[streamOf[job]], -model.optionMs[optionOf[job]]);
      this.workload.move(job, this.options[at], this.streams[at]);
      this.limits?.add(model.streamMember[streamOf[job]], model.optionMs[optionOf[job]]);
    }
  }
}
