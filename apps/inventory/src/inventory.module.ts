import { Module, type DynamicModule } from '@nestjs/common';
import { MessagingModule, type Broker } from '#messaging';
import { ActingProcess } from '#service';
import { AccessController } from './access/access.controller.js';
import { AccessStore } from './access/access-store.js';
import { InventoryService } from './application/inventory-service.js';
import { CatalogueService } from './catalogue/catalogue-service.js';
import { CatalogueController } from './messaging/catalogue.controller.js';
import { HeartbeatsController } from './messaging/heartbeats.controller.js';
import { InboxController } from './messaging/inbox.controller.js';
import { QueriesController } from './messaging/queries.controller.js';

/** What the controllers hand their messages to. */
export interface InventoryServices {
  readonly service: InventoryService;
  readonly catalogue: CatalogueService;
  readonly access: AccessStore;
}

@Module({})
export class InventoryModule {
  static from(broker: Broker, { service, catalogue, access }: InventoryServices): DynamicModule {
    return {
      module: InventoryModule,
      imports: [MessagingModule.forBroker(broker)],
      controllers: [InboxController, HeartbeatsController, QueriesController, CatalogueController, AccessController],
      providers: [
        { provide: InventoryService, useValue: service },
        { provide: CatalogueService, useValue: catalogue },
        { provide: AccessStore, useValue: access },
        { provide: ActingProcess, useValue: new ActingProcess() },
      ],
    };
  }
}
