import type { Fault } from '../faults.js';
import { MACHINE, type SimProcess } from './process.js';
import type { Random } from './random.js';
import type { Life, Schedule } from './schedule.js';

export interface Delivered<Body> {
  readonly id: string;
  readonly body: Body;
}

const CONFIRM_TIMEOUT_MS = 1_500;
const REDELIVER_FIRST_MS = 100;
const REDELIVER_MAX_MS = 5_000;
const IN_HAND_MAX = 50;

interface Waiting<Body> extends Delivered<Body> {
  tries: number;
}

interface Consumer<Body> {
  readonly process: SimProcess;
  readonly life: Life;
  /** `handOn` lets the next message begin before this one is done. */
  handle(message: Delivered<Body>, handOn: () => void): Promise<void>;
}

/** A durable queue with one consumer at a time, which takes one message after the other and acknowledges each when it is done. */
export class Queue<Body> {
  private waiting: Waiting<Body>[] = [];
  private consumer: Consumer<Body> | null = null;
  /** Wait for the consumer before them to go: the queue has a single active one. */
  private readonly successors: Consumer<Body>[] = [];
  private inHand: Waiting<Body>[] = [];
  private isTurnTaken = false;

  constructor(
    private readonly schedule: Schedule,
    private readonly random: Random,
  ) {}

  put(message: Delivered<Body>): void {
    this.waiting.push({ ...message, tries: 0 });
    this.pump();
  }

  consume(process: SimProcess, handle: Consumer<Body>['handle']): void {
    const consumer = { process, life: process.life, handle };
    if (this.consumer?.life.alive) this.successors.push(consumer);
    else this.consumer = consumer;
    this.pump();
  }

  /** The process consumes no more: what it had not acknowledged comes again, first. */
  detach(process: SimProcess): void {
    if (this.consumer?.process !== process) return;
    this.consumer = this.successors.splice(0).findLast(({ life }) => life.alive) ?? null;
    this.waiting.unshift(...this.inHand);
    this.inHand = [];
    this.isTurnTaken = false;
    this.pump();
  }

  private pump(): void {
    const { consumer } = this;
    if (!consumer?.life.alive || this.isTurnTaken || this.inHand.length >= IN_HAND_MAX) return;
    const message = this.waiting.shift();
    if (!message) return;
    this.inHand.push(message);
    this.isTurnTaken = true;
    const wait = consumer.process.isCut ? consumer.process.cutUntilMs - this.schedule.nowMs : 0;
    this.schedule.after(wait + this.random.int(0, 3), consumer.life, () => void this.deliver(consumer, message));
  }

  private async deliver(consumer: Consumer<Body>, message: Waiting<Body>): Promise<void> {
    let hasTurn = true;
    const handOn = (): void => {
      if (!hasTurn || consumer !== this.consumer) return;
      hasTurn = false;
      this.isTurnTaken = false;
      this.pump();
    };
    let isDone = true;
    try {
      await consumer.handle(message, handOn);
    } catch {
      isDone = false;
    }
    if (!consumer.life.alive || consumer !== this.consumer) return;
    this.inHand = this.inHand.filter((each) => each !== message);
    if (!isDone) {
      message.tries += 1;
      const delayMs = Math.min(REDELIVER_MAX_MS, REDELIVER_FIRST_MS * 2 ** Math.min(message.tries, 10));
      this.schedule.after(delayMs, MACHINE, () => {
        this.waiting.push(message);
        this.pump();
      });
    }
    handOn();
    this.pump();
  }
}

/** Publishing with confirms, over a network that loses, delays, doubles and reorders. */
export class Network {
  private published = 0;
  private readonly faults = new Map<number, Extract<Fault, { kind: 'message' }>>();

  constructor(
    private readonly schedule: Schedule,
    private readonly random: Random,
    faults: readonly Fault[],
  ) {
    for (const fault of faults) if (fault.kind === 'message') this.faults.set(fault.publish, fault);
  }

  /** Resolves when the broker has it, and rejects when that is not known. */
  publish<Body>(from: SimProcess, queue: Queue<Body>, message: Delivered<Body>): Promise<void> {
    const { life } = from;
    this.published += 1;
    const fault = this.faults.get(this.published);
    return new Promise((resolve, reject) => {
      const timeout = () => reject(new Error(`no confirm of ${message.id} within ${CONFIRM_TIMEOUT_MS} ms`));
      if (from.isCut || fault?.what === 'lost') {
        this.schedule.after(CONFIRM_TIMEOUT_MS, life, timeout);
        return;
      }
      this.schedule.after(this.random.int(1, 8), MACHINE, () => {
        if (fault?.what === 'delayed') this.schedule.after(fault.byMs, MACHINE, () => queue.put(message));
        else queue.put(message);
        if (fault?.what === 'duplicated') this.schedule.after(fault.byMs, MACHINE, () => queue.put(message));
        if (fault?.what === 'unconfirmed') this.schedule.after(CONFIRM_TIMEOUT_MS, life, timeout);
        else this.schedule.after(this.random.int(0, 3), life, resolve);
      });
    });
  }

  /** A question over the broker; the answer may never come, and then the time-out is the answer. */
  ask<Answer>(from: SimProcess, to: SimProcess, timeoutMs: number, answer: () => Promise<Answer>): Promise<Answer> {
    const asker = from.life;
    return new Promise((resolve, reject) => {
      const cancel = this.schedule.after(timeoutMs, asker, () =>
        reject(new Error(`${to.name} gave no answer within ${timeoutMs} ms`)),
      );
      if (from.isCut || to.isCut) return;
      this.schedule.after(this.random.int(1, 8), to.life, () => {
        answer().then(
          (value) => {
            this.schedule.after(this.random.int(1, 8), asker, () => {
              if (from.isCut || to.isCut) return;
              cancel();
              resolve(value);
            });
          },
          () => undefined,
        );
      });
    });
  }
}
