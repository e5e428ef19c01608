import { HeartbeatSent, type Heartbeat, type LeaseReply } from '#contracts';
import type { QueryClient } from '#messaging';
import type { Heartbeats } from '../../ports/heartbeats.js';

/** An answer is useful for as long as the lease it may grant; heartbeats follow each other, so none is waited for long. */
const ANSWER_WAIT_HEARTBEATS = 5;
const ANSWER_WAIT_MIN_MS = 2_000;

export class AmqpHeartbeats implements Heartbeats {
  private readonly timeoutMs: number;

  constructor(
    private readonly queries: QueryClient,
    private readonly memberId: string,
    heartbeatMs: number,
  ) {
    this.timeoutMs = Math.max(ANSWER_WAIT_MIN_MS, heartbeatMs * ANSWER_WAIT_HEARTBEATS);
  }

  send(heartbeat: Heartbeat): Promise<LeaseReply> {
    return this.queries.query(HeartbeatSent, { member: this.memberId }, heartbeat, { timeoutMs: this.timeoutMs });
  }
}
