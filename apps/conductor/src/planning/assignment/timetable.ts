import { Heap } from './heap.js';
import { limitsByMember } from './limit-loads.js';
import type { Model } from './model.js';
import { queuesOf } from './queues.js';
import { NOWHERE, type Workload } from './workload.js';

/** When each job starts and ends; NaN for one that is not placed. */
export interface Timetable {
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  readonly finishMs: number;
}

/** Plays the plan: each member starts its queue in order, as its streams, its gap, its limits and the groups of its jobs let it. */
export function timetableOf(workload: Workload): Timetable {
  return new Play(workload).run();
}

class Play {
  private readonly model: Model;
  private readonly startMs: Float64Array;
  private readonly endMs: Float64Array;
  private readonly queues: number[][];
  /** Work that each member has not started: the one with most goes first where members wait for the same limit. */
  private readonly waitingMs: Float64Array;
  private readonly freeStreams: Int32Array;
  private readonly nextStartMs: Float64Array;
  private readonly limitsOf: readonly (readonly number[])[];
  private readonly inUse: Int32Array;
  private readonly lines: readonly Heap[];
  private readonly isInLine: Uint8Array;
  /** Moments at which something ends: a job by its number, a stream busy from before as a negative one. */
  private readonly ends = new Heap();
  private readonly gaps = new Heap();
  private nowMs = 0;

  constructor(private readonly workload: Workload) {
    const { model } = workload;
    this.model = model;
    this.startMs = new Float64Array(model.jobIds.length).fill(NaN);
    this.endMs = new Float64Array(model.jobIds.length).fill(NaN);
    this.queues = queuesOf(workload).map((queue) => [...queue]);
    this.waitingMs = Float64Array.from(this.queues, (queue) =>
      queue.reduce((sum, job) => sum + this.durationMs(job), 0),
    );
    this.freeStreams = new Int32Array(model.memberIds.length);
    this.nextStartMs = new Float64Array(model.memberIds.length);
    this.limitsOf = limitsByMember(model);
    this.inUse = new Int32Array(model.limits.length);
    this.lines = model.limits.map(() => new Heap());
    this.isInLine = new Uint8Array(model.memberIds.length);
  }

  run(): Timetable {
    const { streamFreeMs, streamMember, memberIds } = this.model;
    for (let stream = 0; stream < streamFreeMs.length; stream += 1) {
      if (streamFreeMs[stream] <= 0) {
        this.freeStreams[streamMember[stream]] += 1;
        continue;
      }
      this.ends.push(streamFreeMs[stream], -1 - streamMember[stream]);
      for (const limit of this.limitsOf[streamMember[stream]]) this.inUse[limit] += 1;
    }
    this.start(new Set(memberIds.keys()));
    while (this.ends.size > 0 || this.gaps.size > 0) {
      this.nowMs = Math.min(this.ends.firstKey ?? Infinity, this.gaps.firstKey ?? Infinity);
      this.start(this.passMoment());
    }
    const finishMs = this.endMs.reduce((latest, endMs) => (endMs > latest ? endMs : latest), 0);
    return { startMs: this.startMs, endMs: this.endMs, finishMs };
  }

  /** Ends what ends now; the members that may start something because of it. */
  private passMoment(): Set<number> {
    const woken = new Set<number>();
    while (this.gaps.size > 0 && this.gaps.firstKey === this.nowMs) woken.add(this.gaps.pop());
    while (this.ends.size > 0 && this.ends.firstKey === this.nowMs) {
      const ended = this.ends.pop();
      const member = ended < 0 ? -1 - ended : this.memberOf(ended);
      this.freeStreams[member] += 1;
      for (const limit of this.limitsOf[member]) this.inUse[limit] -= 1;
      woken.add(member);
      if (ended < 0) continue;
      for (const mate of this.model.mates[ended]) {
        if (this.workload.streamOf[mate] !== NOWHERE && Number.isNaN(this.startMs[mate]))
          woken.add(this.memberOf(mate));
      }
    }
    return woken;
  }

  private start(woken: Set<number>): void {
    const byNeed = [...woken].toSorted((a, b) => this.waitingMs[b] - this.waitingMs[a] || a - b);
    for (const member of byNeed) {
      if (this.limitsOf[member].length === 0) while (this.startOne(member));
      else this.lineUp(member, this.limitsOf[member][0]);
    }
    for (const limit of this.lines.keys()) this.admit(limit);
  }

  private lineUp(member: number, limit: number): void {
    if (this.isInLine[member] || !this.canStart(member)) return;
    this.isInLine[member] = 1;
    this.lines[limit].push(-this.waitingMs[member], member);
  }

  /** Lets those in line start, one job at a time, while the limit has room; one that meets another limit joins that line. */
  private admit(limit: number): void {
    const line = this.lines[limit];
    while (line.size > 0 && this.inUse[limit] < this.model.limits[limit].streams) {
      const member = line.pop();
      this.isInLine[member] = 0;
      const full = this.limitsOf[member].find((each) => this.inUse[each] >= this.model.limits[each].streams);
      if (full === undefined && !this.startOne(member)) continue;
      this.lineUp(member, full ?? limit);
    }
  }

  private canStart(member: number): boolean {
    return this.queues[member].length > 0 && this.freeStreams[member] > 0 && this.nowMs >= this.nextStartMs[member];
  }

  /** Starts the first job of the queue that no other job of its group is in the way of. */
  private startOne(member: number): boolean {
    if (!this.canStart(member)) return false;
    const queue = this.queues[member];
    const at = queue.findIndex((job) => !this.model.mates[job].some((mate) => this.isRunning(mate)));
    if (at < 0) return false;
    const [job] = queue.splice(at, 1);
    const durationMs = this.durationMs(job);
    this.startMs[job] = this.nowMs;
    this.endMs[job] = this.nowMs + durationMs;
    this.ends.push(this.endMs[job], job);
    this.waitingMs[member] -= durationMs;
    this.freeStreams[member] -= 1;
    for (const limit of this.limitsOf[member]) this.inUse[limit] += 1;
    const gapMs = this.model.memberGapMs[member];
    if (gapMs > 0) {
      this.nextStartMs[member] = this.nowMs + gapMs;
      if (queue.length > 0) this.gaps.push(this.nextStartMs[member], member);
    }
    return true;
  }

  private isRunning(job: number): boolean {
    return this.startMs[job] <= this.nowMs && this.nowMs < this.endMs[job];
  }

  private memberOf(job: number): number {
    return this.model.streamMember[this.workload.streamOf[job]];
  }

  private durationMs(job: number): number {
    return this.model.optionMs[this.workload.optionOf[job]];
  }
}
