import type { SimProcess } from './process.js';
import type { Delivered } from './broker.js';

const SEND_AGAIN_MS = 500;

/** What a process committed to send. It outlives the process; each row of order is sent one after the other, until confirmed. */
export class OutboxData<Body> {
  readonly rows = new Map<string, Delivered<Body>[]>();

  add(orderingKey: string, message: Delivered<Body>): void {
    const row = this.rows.get(orderingKey);
    if (row) row.push(message);
    else this.rows.set(orderingKey, [message]);
  }
}

/** Sends what the outbox holds, in one life of its process. A resend carries the same message id. */
export class SimOutboxSender<Body> {
  private readonly sending = new Set<string>();

  constructor(
    private readonly data: OutboxData<Body>,
    private readonly process: SimProcess,
    private readonly send: (orderingKey: string, message: Delivered<Body>) => Promise<void>,
    /** False: another process may send by now what this one had begun to. */
    private readonly maySend: () => boolean = () => true,
  ) {}

  wake(): void {
    for (const key of this.data.rows.keys()) if (!this.sending.has(key)) void this.drain(key);
  }

  private async drain(key: string): Promise<void> {
    const { life, schedule } = this.process;
    this.sending.add(key);
    for (let head = this.data.rows.get(key)?.[0]; head; head = this.data.rows.get(key)?.[0]) {
      try {
        if (!this.maySend()) throw new Error('another may lead');
        // One after the other is the point of a row of order.
        await this.send(key, head);
      } catch {
        schedule.after(SEND_AGAIN_MS, life, () => void this.drain(key));
        return;
      }
      // Another process may have sent it meanwhile, and be at the next.
      const row = this.data.rows.get(key);
      if (row?.[0] === head) row.shift();
    }
    if (this.data.rows.get(key)?.length === 0) this.data.rows.delete(key);
    this.sending.delete(key);
  }
}
