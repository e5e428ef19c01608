import { Module, type DynamicModule } from '@nestjs/common';
import { MessagingModule, type Broker } from '#messaging';
import { InventoryService } from './application/inventory-service.js';
import { CatalogueService } from './catalogue/catalogue-service.js';
import { CatalogueController } from './messaging/catalogue.controller.js';
import { HeartbeatsController } from './messaging/heartbeats.controller.js';
import { InboxController } from './messaging/inbox.controller.js';
import { QueriesController } from './messaging/queries.controller.js';

@Module({})
export class InventoryModule {
  static from(broker: Broker, service: InventoryService, catalogue: CatalogueService): DynamicModule {
    return {
      module: InventoryModule,
      imports: [MessagingModule.forBroker(broker)],
      controllers: [InboxController, HeartbeatsController, QueriesController, CatalogueController],
      providers: [
        { provide: InventoryService, useValue: service },
        { provide: CatalogueService, useValue: catalogue },
      ],
    };
  }
}
