import { corrected, rebalance, type QueuedJob } from '../../../apps/conductor/src/planning/assignment/index.js';
import { memberId, type Instance } from './instances.js';

/** How often re-balancing looks at the run, beside whenever something ends. */
const LOOK_EVERY_MS = 300_000;

export interface Reality {
  /** True speed of each member as a share of what was expected. */
  readonly speedShares: readonly number[];
  /** At that moment one running backup is ended by a failover of its database. */
  readonly failoverAtMs: number;
  /** A number in [0, 1) that says which one, and one that says where it goes. */
  readonly which: number;
  readonly where: number;
}

interface Running {
  readonly database: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** Whether waiting databases move while the run goes on, and whether that is decided in the knowledge of what members share. */
export type Rebalancing = 'none' | 'membersOnly' | 'allLimits';

export interface Played {
  readonly finishMs: number;
  readonly moves: number;
}

/** One run as it would really go: members work off their queues at their true speeds, and what was not started may move. */
export class Playing {
  private nowMs = 0;
  private moves = 0;
  private hasFailedOver = false;
  private readonly running: (Running | undefined)[];
  private readonly queues: number[][];
  private readonly history = new Map<number, { moves: number; movedAtMs: number }>();
  /** Follow their active copy, wherever that is. */
  private readonly following = new Set<number>();
  private readonly gigabytesDone: number[];
  private readonly busyMs: number[];

  constructor(
    private readonly instance: Instance,
    choice: readonly number[],
    private readonly reality: Reality,
    private readonly rebalancing: Rebalancing,
  ) {
    const { databases } = instance;
    this.running = instance.speeds.map(() => undefined);
    this.gigabytesDone = instance.speeds.map(() => 0);
    this.busyMs = instance.speeds.map(() => 0);
    this.queues = instance.speeds.map((_, member) =>
      [...databases.keys()]
        .filter((database) => choice[database] === member)
        .toSorted((a, b) => databases[b].gigabytes - databases[a].gigabytes),
    );
  }

  play(): Played {
    let finishMs = 0;
    let lookMs = LOOK_EVERY_MS;
    this.startAll();
    while (this.running.some((each) => each !== undefined)) {
      const endMs = Math.min(...this.running.map((each) => each?.endMs ?? Infinity));
      const failoverMs = this.hasFailedOver ? Infinity : this.reality.failoverAtMs;
      this.nowMs = Math.min(endMs, failoverMs, this.rebalancing === 'none' ? Infinity : lookMs);
      if (this.nowMs === lookMs) lookMs += LOOK_EVERY_MS;
      if (this.nowMs === failoverMs) this.failOver();
      for (const [member, each] of this.running.entries()) {
        if (each?.endMs !== this.nowMs) continue;
        finishMs = this.nowMs;
        this.stop(member, each);
      }
      if (this.rebalancing !== 'none') this.rebalance();
      this.startAll();
    }
    return { finishMs, moves: this.moves };
  }

  /** Where members share a limit, the one with most work left goes first. */
  private startAll(): void {
    const leftOf = (member: number): number =>
      this.queues[member].reduce((sum, database) => sum + this.instance.databases[database].gigabytes, 0);
    for (const member of [...this.queues.keys()].toSorted((a, b) => leftOf(b) - leftOf(a) || a - b)) {
      const database = this.running[member] || !this.hasRoom(member) ? undefined : this.queues[member].shift();
      if (database === undefined) continue;
      const durationMs = (this.instance.databases[database].gigabytes * 1_000) / this.trueSpeed(member);
      this.running[member] = { database, startMs: this.nowMs, endMs: this.nowMs + durationMs };
    }
  }

  private hasRoom(member: number): boolean {
    return (this.instance.limits ?? []).every(({ members, streams }) => {
      const busy = [...this.running.keys()].filter((each) => this.running[each] && members.includes(memberId(each)));
      return !members.includes(memberId(member)) || busy.length < streams;
    });
  }

  private stop(member: number, { startMs }: Running): void {
    this.gigabytesDone[member] += (this.trueSpeed(member) * (this.nowMs - startMs)) / 1_000;
    this.busyMs[member] += this.nowMs - startMs;
    this.running[member] = undefined;
  }

  /** The backup is lost, and starts anew, before all else, where the database is active now. */
  private failOver(): void {
    this.hasFailedOver = true;
    const busy = [...this.running.keys()].filter((member) => this.running[member] !== undefined);
    const member = busy[Math.floor(this.reality.which * busy.length)];
    const lost = this.running[member];
    if (!lost) return;
    const others = this.instance.databases[lost.database].eligible.filter((each) => each !== member);
    this.stop(member, lost);
    this.following.add(lost.database);
    this.queues[others[Math.floor(this.reality.where * others.length)]].unshift(lost.database);
  }

  private rebalance(): void {
    const speeds = this.instance.speeds.map((_, member) => this.knownSpeed(member));
    const queued = new Map<string, QueuedJob>();
    for (const [member, queue] of this.queues.entries()) {
      for (const database of queue) {
        const before = this.history.get(database);
        const movedAgoMs = before ? this.nowMs - before.movedAtMs : null;
        queued.set(this.instance.databases[database].id, {
          member: memberId(member),
          moves: before?.moves ?? 0,
          movedAgoMs,
        });
      }
    }
    const waiting = this.queues.flat();
    const numbers = new Map(waiting.map((database) => [this.instance.databases[database].id, database]));
    const problem = {
      members: speeds.map((speed, member) => ({ id: memberId(member), streamsFreeAtMs: [this.leftMs(member, speed)] })),
      jobs: waiting.map((database) => this.jobOf(database, speeds)),
      limits: this.rebalancing === 'allLimits' ? (this.instance.limits ?? []) : [],
    };
    for (const { job, from, to } of rebalance(problem, queued)) {
      const database = numbers.get(job);
      if (database === undefined) throw new Error(`${job} was moved from ${from} and did not wait there`);
      this.move(database, Number(to.slice(2)) - 1);
    }
  }

  private jobOf(database: number, speeds: readonly number[]) {
    const { id, gigabytes, eligible } = this.instance.databases[database];
    const at = this.queues.findIndex((queue) => queue.includes(database));
    const members = this.following.has(database) ? [at] : eligible;
    const options = members.map((member) => ({
      member: memberId(member),
      durationMs: (gigabytes * 1_000) / speeds[member],
    }));
    return { id, options };
  }

  private move(database: number, to: number): void {
    const { databases } = this.instance;
    for (const queue of this.queues) if (queue.includes(database)) queue.splice(queue.indexOf(database), 1);
    this.queues[to].push(database);
    // What follows a failover stays in front.
    this.queues[to].sort(
      (a, b) =>
        Number(this.following.has(b)) - Number(this.following.has(a)) ||
        databases[b].gigabytes - databases[a].gigabytes,
    );
    this.history.set(database, { moves: (this.history.get(database)?.moves ?? 0) + 1, movedAtMs: this.nowMs });
    this.moves += 1;
  }

  private trueSpeed(member: number): number {
    return this.instance.speeds[member] * this.reality.speedShares[member];
  }

  /** From what the member was expected to do and what it did in this run, the running backup's progress included. */
  private knownSpeed(member: number): number {
    const runningMs = this.nowMs - (this.running[member]?.startMs ?? this.nowMs);
    return corrected(this.instance.speeds[member], {
      bytes: this.gigabytesDone[member] + (this.trueSpeed(member) * runningMs) / 1_000,
      busyMs: this.busyMs[member] + runningMs,
    });
  }

  private leftMs(member: number, speed: number): number {
    const each = this.running[member];
    if (!each) return 0;
    const gigabytesLeft = ((each.endMs - this.nowMs) * this.trueSpeed(member)) / 1_000;
    return (gigabytesLeft * 1_000) / speed;
  }
}
