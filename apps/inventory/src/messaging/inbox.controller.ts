import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { DatabaseMoveObservation, DatabaseMoveObserved, NodeReport, NodeReported, Queues } from '#contracts';
import { Handles, MessageContext } from '#messaging';
import { InventoryService } from '../application/inventory-service.js';
import { messageIdOf } from './message-id.js';

/** What agents say of their servers and databases. */
@Controller()
export class InboxController {
  constructor(private readonly inventory: InventoryService) {}

  @Handles(NodeReported, Queues.inventoryInbox)
  async report(@Payload() report: NodeReport, @Ctx() context: MessageContext): Promise<void> {
    await this.inventory.report(report, messageIdOf(context));
  }

  @Handles(DatabaseMoveObserved, Queues.inventoryInbox)
  async move(@Payload() observation: DatabaseMoveObservation, @Ctx() context: MessageContext): Promise<void> {
    await this.inventory.observeMove(observation, messageIdOf(context));
  }
}
