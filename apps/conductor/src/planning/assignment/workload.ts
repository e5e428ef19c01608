import type { Model } from './model.js';

export const NOWHERE = -1;

/** Which job is on which stream, with the end of each stream: the one thing the search changes. */
export class Workload {
  /** The option chosen for each job, and the stream that runs it; NOWHERE while it is not placed. */
  readonly optionOf: Int32Array;
  readonly streamOf: Int32Array;
  readonly endMs: Float64Array;
  /** The jobs of each stream, as a list linked in both directions. */
  readonly first: Int32Array;
  readonly next: Int32Array;
  private readonly previous: Int32Array;

  constructor(readonly model: Model) {
    const jobs = model.jobIds.length;
    this.optionOf = new Int32Array(jobs).fill(NOWHERE);
    this.streamOf = new Int32Array(jobs).fill(NOWHERE);
    this.next = new Int32Array(jobs).fill(NOWHERE);
    this.previous = new Int32Array(jobs).fill(NOWHERE);
    this.endMs = model.streamFreeMs.slice();
    this.first = new Int32Array(this.endMs.length).fill(NOWHERE);
  }

  place(job: number, option: number, stream: number): void {
    this.optionOf[job] = option;
    this.streamOf[job] = stream;
    const head = this.first[stream];
    this.next[job] = head;
    this.previous[job] = NOWHERE;
    if (head !== NOWHERE) this.previous[head] = job;
    this.first[stream] = job;
    this.endMs[stream] += this.model.optionMs[option];
  }

  remove(job: number): void {
    const stream = this.streamOf[job];
    const before = this.previous[job];
    const after = this.next[job];
    if (before === NOWHERE) this.first[stream] = after;
    else this.next[before] = after;
    if (after !== NOWHERE) this.previous[after] = before;
    this.endMs[stream] -= this.model.optionMs[this.optionOf[job]];
    this.optionOf[job] = NOWHERE;
    this.streamOf[job] = NOWHERE;
  }

  move(job: number, option: number, stream: number): void {
    this.remove(job);
    this.place(job, option, stream);
  }

  /** Whether another job of its group is on that member. */
  meetsMate(job: number, member: number): boolean {
    const { mates, streamMember } = this.model;
    for (const mate of mates[job]) {
      const stream = this.streamOf[mate];
      if (stream !== NOWHERE && streamMember[stream] === member) return true;
    }
    return false;
  }

  /** The stream with work that ends last; NOWHERE if there is no work. */
  latestStream(): number {
    let latest = NOWHERE;
    for (let stream = 0; stream < this.endMs.length; stream += 1) {
      if (this.first[stream] === NOWHERE) continue;
      if (latest === NOWHERE || this.endMs[stream] > this.endMs[latest]) latest = stream;
    }
    return latest;
  }

  finishMs(): number {
    const stream = this.latestStream();
    return stream === NOWHERE ? 0 : this.endMs[stream];
  }

  /** Ends added up anew from the jobs: what many additions and subtractions left over must not pile up. */
  recount(): void {
    this.endMs.set(this.model.streamFreeMs);
    for (let job = 0; job < this.streamOf.length; job += 1) {
      if (this.streamOf[job] === NOWHERE) continue;
      this.endMs[this.streamOf[job]] += this.model.optionMs[this.optionOf[job]];
    }
  }

  save(): Placement {
    return { optionOf: this.optionOf.slice(), streamOf: this.streamOf.slice() };
  }

  restore(placement: Placement): void {
    this.first.fill(NOWHERE);
    this.endMs.set(this.model.streamFreeMs);
    for (let job = 0; job < this.streamOf.length; job += 1) {
      const stream = placement.streamOf[job];
      if (stream !== NOWHERE) this.place(job, placement.optionOf[job], stream);
      else {
        this.streamOf[job] = NOWHERE;
        this.optionOf[job] = NOWHERE;
      }
    }
  }
}

export interface Placement {
  readonly optionOf: Int32Array;
  readonly streamOf: Int32Array;
}
