import type { AttemptMessage } from '../domain/attempt-messages.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Results } from '../ports/results.js';
import { errorText } from './error-text.js';
import type { StandingWarnings } from './warnings.js';

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** Messages waiting for the broker. Final ones are in the journal too; the others only announce what a final one says again. */
export const OUTBOX_MAX = 5_000;

interface Waiting {
  readonly key: string;
  readonly message: AttemptMessage;
  readonly onSent: () => void;
}

/** Sends what is said about attempts, in order, each until the broker has it. What is unsent at the end is in the journal. */
export class Outbox {
  private readonly waiting: Waiting[] = [];
  private sending = false;
  private closed = false;
  private failures = 0;
  private retry: Timer | null = null;

  constructor(
    private readonly results: Results,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly warnings: StandingWarnings,
  ) {}

  get isFull(): boolean {
    return this.waiting.length >= OUTBOX_MAX;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  add(message: AttemptMessage, onSent: () => void = () => undefined): void {
    const key = `${message.data.attemptId}#${message.kind}`;
    // The first in the queue may be on its way; only what is surely unsent makes a second one superfluous.
    if (this.waiting.slice(this.sending ? 1 : 0).some((other) => other.key === key)) return;
    if (this.isFull) this.dropOldestAnnouncement();
    this.waiting.push({ key, message, onSent });
    this.pump();
  }

  close(): void {
    this.closed = true;
    this.retry?.cancel();
  }

  private pump(): void {
    const next = this.waiting[0];
    if (!next || this.sending || this.closed || this.retry !== null) return;
    this.sending = true;
    void this.send(next);
  }

  private async send(next: Waiting): Promise<void> {
    try {
      await this.results.attempt(next.message);
    } catch (thrown) {
      this.sending = false;
      this.retryLater(next, errorText(thrown));
      return;
    }
    this.sending = false;
    this.failures = 0;
    this.warnings.clear('results');
    this.waiting.shift();
    next.onSent();
    this.pump();
  }

  private retryLater(next: Waiting, reason: string): void {
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.failures, 10));
    this.failures += 1;
    this.warnings.set('results', `results could not be sent to the broker (${this.waiting.length} waiting): ${reason}`);
    this.log.warn('result.unsent', {
      attemptId: next.message.data.attemptId,
      kind: next.message.kind,
      reason,
      retryAfterMs: delayMs,
    });
    if (this.closed) return;
    this.retry = this.clock.setTimer(delayMs, () => {
      this.retry = null;
      this.pump();
    });
  }

  private dropOldestAnnouncement(): void {
    const index = this.waiting.findIndex(
      ({ message }, position) => position > 0 && message.kind !== 'ended' && message.kind !== 'refused',
    );
    const [dropped] = this.waiting.splice(index < 0 ? this.waiting.length - 1 : index, 1);
    this.log.warn('result.dropped', {
      attemptId: dropped?.message.data.attemptId,
      kind: dropped?.message.kind,
      waiting: this.waiting.length,
    });
  }
}
