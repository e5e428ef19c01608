import type { LeaseReply, LiveAttempt } from '#contracts';
import type { Clock, Timer } from '../ports/clock.js';
import type { Heartbeats } from '../ports/heartbeats.js';
import type { Log } from '../ports/log.js';
import { errorText } from './error-text.js';

/** Heartbeats without an answer at one time; the next ones wait for one of them to end. */
const IN_FLIGHT_MAX = 8;

export interface LeaseLoopOptions {
  readonly memberId: string;
  readonly agentInstanceId: string;
  readonly heartbeatMs: number;
}

/** Sends heartbeats and hands on what the answers grant, with the moment each heartbeat was *sent*: leases count from there. */
export class LeaseLoop {
  private sequence = 0;
  private handledSequence = -1;
  private handledEpoch = 0;
  private inFlight = 0;
  private isNudged = false;
  private timer: Timer | null = null;
  private isClosed = false;

  constructor(
    private readonly options: LeaseLoopOptions,
    private readonly heartbeats: Heartbeats,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly live: () => readonly LiveAttempt[],
    private readonly onReply: (reply: LeaseReply, sentAtMs: number) => void,
  ) {}

  start(): void {
    this.beat();
  }

  /** Asks for a lease at once; several nudges in one turn make one heartbeat. */
  nudge(): void {
    if (this.isNudged || this.isClosed) return;
    this.isNudged = true;
    this.clock.setTimer(0, () => {
      this.isNudged = false;
      this.send();
    });
  }

  close(): void {
    this.isClosed = true;
    this.timer?.cancel();
  }

  private beat(): void {
    if (this.isClosed) return;
    this.timer = this.clock.setTimer(this.options.heartbeatMs, () => this.beat());
    this.send();
  }

  private send(): void {
    if (this.isClosed || this.inFlight >= IN_FLIGHT_MAX) return;
    void this.ask(this.sequence++, this.clock.monotonicMs());
  }

  private async ask(sequence: number, sentAtMs: number): Promise<void> {
    const { memberId, agentInstanceId } = this.options;
    this.inFlight += 1;
    let reply: LeaseReply;
    try {
      reply = await this.heartbeats.send({ memberId, agentInstanceId, sequence, attempts: this.live() });
    } catch (thrown) {
      // One lost heartbeat is nothing; the leases tell when it becomes something.
      this.log.info('heartbeat.unanswered', { sequence, reason: errorText(thrown) });
      return;
    } finally {
      this.inFlight -= 1;
    }
    this.take(sequence, reply, sentAtMs);
  }

  private take(sequence: number, reply: LeaseReply, sentAtMs: number): void {
    if (this.isClosed) return;
    // The reply names the heartbeat that it answers; anything else would credit a lease to the wrong moment.
    const isStale = reply.sequence !== sequence || sequence <= this.handledSequence || reply.epoch < this.handledEpoch;
    if (isStale) {
      this.log.warn('lease.reply-ignored', {
        sequence,
        answered: reply.sequence,
        epoch: reply.epoch,
        handledSequence: this.handledSequence,
      });
      return;
    }
    this.handledSequence = sequence;
    this.handledEpoch = reply.epoch;
    this.onReply(reply, sentAtMs);
  }
}
