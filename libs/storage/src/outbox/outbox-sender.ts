import type { MessageSender, OutgoingMessage, StorageLog } from '../ports.js';
import type { Storage, StorageTables } from '../tables.js';
import { Delay } from './delay.js';
import { OutboxStore, type WaitingMessage } from './outbox-store.js';
import { SentMarks } from './sent-marks.js';

/** Messages read at a time. */
const BATCH_MAX = 200;
/** Ordering keys worked on at once. */
const LANES_MAX = 1_000;
/** Messages of one key held in memory; the rest is read when its turn comes, so that a stuck key crowds out no other. */
const LANE_WAITING_MAX = 50;

export interface OutboxSenderOptions {
  /** Called for a message that reached no queue, before it is marked sent. When it fails, the message is sent again. */
  onUnroutable(message: OutgoingMessage): Promise<void>;
  /** False: this process may have been replaced. Nothing is sent until it is true again. */
  maySend?(): boolean;
  readonly log?: StorageLog;
  /**
   * Messages of one key on their way at once. More than 1 (the default) keeps them in order as long as the broker takes them: one
   * that it refuses for the moment, for a full queue, is overtaken by those that left with it. At most {@link LANE_WAITING_MAX}.
   */
  readonly inFlightPerKey?: number;
  /** Safety net for a missed `wake`. */
  readonly pollMs?: number;
  readonly shortestRetryMs?: number;
  readonly longestRetryMs?: number;
  /** How long `stop` waits for messages on their way; they are sent again at the next start. */
  readonly stopTimeoutMs?: number;
}

/** The messages of one ordering key, which leave in their order. */
interface Lane {
  readonly key: string;
  readonly waiting: WaitingMessage[];
  /** The last message taken into this lane. */
  lastId: number;
  /** The last message of the key that the reader has come across; above `lastId`, the ones between are in the table only. */
  knownId: number;
}

/**
 * Sends what the outbox holds. Messages of one ordering key leave in the order stored, different keys side by side. A
 * message is sent until its outcome is known and then marked; a crash in between sends it again with the same id.
 */
export class OutboxSender<Tables extends StorageTables> {
  private readonly store: OutboxStore<Tables>;
  private readonly delay: Delay;
  private readonly marks: SentMarks<Tables>;
  private readonly lanes = new Map<string, Lane>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopTimeoutMs: number;
  private readonly inFlightPerKey: number;
  private lastReadId = 0;
  private state: 'new' | 'started' | 'stopped' = 'new';
  private reading: Promise<void> | undefined;
  private readAgain = false;
  /** Every lane is taken, and the table may hold more. */
  private readerWaits = false;
  private poll: NodeJS.Timeout | undefined;

  constructor(
    storage: Storage<Tables>,
    private readonly sender: MessageSender,
    private readonly options: OutboxSenderOptions,
  ) {
    this.store = new OutboxStore(storage);
    this.delay = new Delay(options.shortestRetryMs ?? 50, options.longestRetryMs ?? 5_000);
    this.stopTimeoutMs = options.stopTimeoutMs ?? 5_000;
    this.inFlightPerKey = Math.min(options.inFlightPerKey ?? 1, LANE_WAITING_MAX);
    this.marks = new SentMarks(this.store, this.delay, {
      markFailed: (error, count) => this.warn('outbox.mark-failed', error, { count }),
    });
  }

  start(): void {
    if (this.state !== 'new') throw new Error('the outbox sender was started before; make a new one');
    this.state = 'started';
    this.poll = setInterval(() => this.wake(), this.options.pollMs ?? 1_000);
    this.poll.unref();
    this.wake();
  }

  /** Call after each commit that stored messages. */
  wake(): void {
    if (this.state !== 'started') return;
    this.readAgain = true;
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
      if (this.readAgain) this.wake();
    });
  }

  /** Takes no further messages and waits, within a limit, for those on their way. */
  async stop(): Promise<void> {
    this.state = 'stopped';
    clearInterval(this.poll);
    this.delay.cancel();
    const settled = Promise.all([this.reading, ...this.running]).then(() => this.marks.done());
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.stopTimeoutMs);
    });
    await Promise.race([settled, timeout]);
    clearTimeout(timer);
  }

  private async read(): Promise<void> {
    let failureCount = 0;
    while (this.readAgain && this.state === 'started' && this.lanes.size < LANES_MAX) {
      try {
        this.readAgain = false;
        const rows = await this.store.unsentAfter(this.lastReadId, BATCH_MAX);
        const fresh = rows.flatMap((row) => this.take(row) ?? []);
        for (const lane of fresh) this.track(this.runLane(lane));
        if (rows.length === BATCH_MAX) this.readAgain = true;
        failureCount = 0;
      } catch (error) {
        failureCount += 1;
        this.readAgain = true;
        this.warn('outbox.read-failed', error, { failureCount });
        await this.delay.backOff(failureCount);
      }
    }
    // A lane that ends wakes the reader again; until then a full set of lanes must not spin here.
    this.readerWaits = this.lanes.size >= LANES_MAX;
    if (this.readerWaits) this.readAgain = false;
  }

  /** The lane of a key that had none; it has yet to be run. */
  private take(row: WaitingMessage): Lane | undefined {
    this.lastReadId = row.id;
    const lane = this.lanes.get(row.orderingKey);
    if (!lane) {
      const fresh: Lane = { key: row.orderingKey, waiting: [row], lastId: row.id, knownId: row.id };
      this.lanes.set(row.orderingKey, fresh);
      return fresh;
    }
    if (lane.knownId === lane.lastId && lane.waiting.length < LANE_WAITING_MAX) {
      lane.waiting.push(row);
      lane.lastId = row.id;
    }
    lane.knownId = row.id;
    return undefined;
  }

  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.running.delete(tracked));
    this.running.add(tracked);
  }

  private async runLane(lane: Lane): Promise<void> {
    for (;;) {
      const next = lane.waiting.slice(0, this.inFlightPerKey);
      if (next.length > 0) {
        // Handed to the transport in this order; what follows waits until all of them are known.
        const known = await Promise.all(next.map((each) => this.sendUntilKnown(each)));
        if (!known.every(Boolean)) return;
        lane.waiting.splice(0, next.length);
      } else if (lane.knownId > lane.lastId) {
        if (!(await this.refill(lane))) return;
      } else {
        this.lanes.delete(lane.key);
        if (this.readerWaits) this.wake();
        return;
      }
    }
  }

  /** False: the sender was stopped first. */
  private async sendUntilKnown(waiting: WaitingMessage): Promise<boolean> {
    for (let failureCount = 0; this.state === 'started';) {
      if (this.options.maySend?.() === false) {
        failureCount += 1;
        await this.delay.backOff(failureCount);
        continue;
      }
      try {
        const outcome = await this.sender.send(waiting.message);
        if (outcome === 'unroutable') await this.options.onUnroutable(waiting.message);
        this.marks.add(waiting.id);
        return true;
      } catch (error) {
        failureCount += 1;
        const { id, exchange, routingKey, envelope } = waiting.message;
        this.warn('outbox.send-failed', error, {
          messageId: id,
          exchange,
          routingKey,
          type: envelope.type,
          failureCount,
        });
        await this.delay.backOff(failureCount);
      }
    }
    return false;
  }

  private async refill(lane: Lane): Promise<boolean> {
    for (let failureCount = 0; this.state === 'started';) {
      try {
        const upToId = lane.knownId;
        const rows = await this.store.unsentOf(lane.key, lane.lastId, upToId, LANE_WAITING_MAX);
        lane.waiting.push(...rows);
        lane.lastId = rows.length < LANE_WAITING_MAX ? upToId : (rows.at(-1)?.id ?? upToId);
        return true;
      } catch (error) {
        failureCount += 1;
        this.warn('outbox.read-failed', error, { orderingKey: lane.key, failureCount });
        await this.delay.backOff(failureCount);
      }
    }
    return false;
  }

  private warn(event: string, error: unknown, details: Readonly<Record<string, unknown>>): void {
    this.options.log?.warn({ event, message: error instanceof Error ? error.message : String(error), ...details });
  }
}
