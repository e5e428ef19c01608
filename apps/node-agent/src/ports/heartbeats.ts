import type { Heartbeat, LeaseReply } from '#contracts';

/** Asks the conductor for leases. Rejects when no answer came in time. */
export interface Heartbeats {
  send(heartbeat: Heartbeat): Promise<LeaseReply>;
}
