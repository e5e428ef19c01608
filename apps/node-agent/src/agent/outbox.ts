import type { AttemptMessage } from '../domain/attempt-messages.js';
import type { StepMessage } from '../domain/restore/work.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Results } from '../ports/results.js';
import { errorText } from './error-text.js';
import type { StandingWarnings } from './warnings.js';

const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** Messages waiting for the broker. Final ones are in the journal too; the others only announce what a final one says again. */
export const OUTBOX_MAX = 5_000;

/** Everything that is said about work in hand. */
export type WorkMessage = AttemptMessage | StepMessage;

interface Waiting {
  readonly key: string;
  readonly message: WorkMessage;
  readonly onSent: () => void;
}

/** Sends what is said about attempts and steps, in order, each until the broker has it. What is unsent at the end is in the journal. */
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

  /** Messages that the broker does not have yet. */
  get size(): number {
    return this.waiting.length;
  }

  add(message: WorkMessage, onSent: () => void = () => undefined): void {
    const key = `${idOf(message)}#${message.kind}`;
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
      await this.tell(next.message);
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

  private tell(message: WorkMessage): Promise<void> {
    return message.kind === 'stepAccepted' || message.kind === 'stepEnded'
      ? this.results.step(message)
      : this.results.attempt(message);
  }

  private retryLater(next: Waiting, reason: string): void {
    const delayMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.failures, 10));
    this.failures += 1;
    this.warnings.set('results', `results could not be sent to the broker (${this.waiting.length} waiting): ${reason}`);
    this.log.warn('result.unsent', {
      id: idOf(next.message),
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
    const index = this.waiting.findIndex(({ message }, position) => position > 0 && !isFinal(message));
    const [dropped] = this.waiting.splice(index < 0 ? this.waiting.length - 1 : index, 1);
    this.log.warn('result.dropped', {
      id: dropped && idOf(dropped.message),
      kind: dropped?.message.kind,
      waiting: this.waiting.length,
    });
  }
}

function idOf({ data }: WorkMessage): string {
  return 'stepId' in data ? data.stepId : data.attemptId;
}

/** A last word is never dropped; what only announces one may be. */
function isFinal({ kind }: WorkMessage): boolean {
  return kind === 'ended' || kind === 'refused' || kind === 'stepEnded';
}
