import { StateReportOrdered } from '#contracts';
import type { Publisher } from '#messaging';
import type { StateOrders } from '../application/ports.js';

/** Orders to report, over the broker. They are worth nothing later, so they do not go through the outbox. */
export class BrokerStateOrders implements StateOrders {
  constructor(private readonly publisher: Publisher) {}

  order(memberId: string, reason: string): Promise<'routed' | 'unroutable'> {
    return this.publisher.publish(StateReportOrdered, { member: memberId }, { reason }, { subject: memberId });
  }
}
