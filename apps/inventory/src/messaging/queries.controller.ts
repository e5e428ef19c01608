import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { GetSnapshot, InventorySnapshot, Queues, SnapshotQuery } from '#contracts';
import { Handles } from '#messaging';
import { ActingProcess } from '#service';
import { InventoryService } from '../application/inventory-service.js';

@Controller()
export class QueriesController {
  constructor(
    @Inject(InventoryService) private readonly inventory: InventoryService,
    @Inject(ActingProcess) private readonly acting: ActingProcess,
  ) {}

  @Handles(GetSnapshot, Queues.inventoryQueries)
  async snapshot(@Payload() query: SnapshotQuery): Promise<InventorySnapshot> {
    return { ...(await this.inventory.snapshot(query)), service: this.acting.view() };
  }
}
