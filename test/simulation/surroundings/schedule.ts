import type { Random } from './random.js';

/** One life of a process. When it is over, nothing that it waited for ever comes; a restart is another life. */
export interface Life {
  readonly name: string;
  alive: boolean;
  frozenUntilMs: number;
}

export function newLife(name: string): Life {
  return { name, alive: true, frozenUntilMs: 0 };
}

interface Due {
  atMs: number;
  /** Order among events of the same moment, drawn by lot. */
  tie: number;
  readonly order: number;
  readonly life: Life;
  readonly fire: () => void;
  cancelled: boolean;
}

/** The one virtual clock and everything that will happen, ordered by time and, at the same time, by the seed. */
export class Schedule {
  nowMs = 0;
  /** Events that happened. */
  steps = 0;
  private order = 0;
  private readonly heap: Due[] = [];

  constructor(private readonly random: Random) {}

  /** Happens only if the life lasts until then; a frozen one finds it when it thaws. */
  after(delayMs: number, life: Life, fire: () => void): () => void {
    const due: Due = {
      atMs: this.nowMs + Math.max(0, delayMs),
      tie: this.random.next(),
      order: this.order++,
      life,
      fire,
      cancelled: false,
    };
    this.push(due);
    return () => {
      due.cancelled = true;
    };
  }

  /** Lets the next thing happen, and all that follows from it without time. False: nothing is left to happen. */
  async step(): Promise<boolean> {
    for (let due = this.pop(); due; due = this.pop()) {
      if (due.cancelled || !due.life.alive) continue;
      this.nowMs = Math.max(this.nowMs, due.atMs);
      if (due.life.frozenUntilMs > this.nowMs) {
        due.atMs = due.life.frozenUntilMs;
        due.tie = 0;
        this.push(due);
        continue;
      }
      this.steps += 1;
      due.fire();
      await settled();
      return true;
    }
    return false;
  }

  private push(due: Due): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(due);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || !isBefore(due, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = due;
  }

  private pop(): Due | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let index = 0;
    for (let childIndex = 1; childIndex < heap.length; childIndex = 2 * index + 1) {
      let child = heap[childIndex];
      const other = heap[childIndex + 1];
      if (child && other && isBefore(other, child)) {
        child = other;
        childIndex += 1;
      }
      if (!child || !isBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs - b.atMs < 0 || (a.atMs === b.atMs && (a.tie < b.tie || (a.tie === b.tie && a.order < b.order)));
}

/** Lets every promise that waits for nothing but promises go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
