import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { Heartbeat, HeartbeatSent, Queues } from '#contracts';
import { Handles } from '#messaging';
import { InventoryService } from '../application/inventory-service.js';

/** Signs of life. The answer with the leases is the conductor's. */
@Controller()
export class HeartbeatsController {
  constructor(private readonly inventory: InventoryService) {}

  @Handles(HeartbeatSent, Queues.inventoryHeartbeats)
  async hear(@Payload() heartbeat: Heartbeat): Promise<void> {
    await this.inventory.hear(heartbeat);
  }
}
