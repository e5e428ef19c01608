import { BackupListOrdered } from '#contracts';
import type { Publisher } from '#messaging';
import type { StateOrders } from '../application/ports.js';

/** Orders to list backups, over the broker. Like orders to report, they are worth nothing later. */
export class BrokerListOrders implements StateOrders {
  constructor(private readonly publisher: Publisher) {}

  order(memberId: string, reason: string): Promise<'routed' | 'unroutable'> {
    return this.publisher.publish(BackupListOrdered, { member: memberId }, { reason }, { subject: memberId });
  }
}
