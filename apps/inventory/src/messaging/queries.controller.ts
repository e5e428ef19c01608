import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { GetSnapshot, InventorySnapshot, Queues, SnapshotQuery } from '#contracts';
import { Handles } from '#messaging';
import { InventoryService } from '../application/inventory-service.js';

@Controller()
export class QueriesController {
  constructor(private readonly inventory: InventoryService) {}

  @Handles(GetSnapshot, Queues.inventoryQueries)
  snapshot(@Payload() query: SnapshotQuery): Promise<InventorySnapshot> {
    return this.inventory.snapshot(query);
  }
}
