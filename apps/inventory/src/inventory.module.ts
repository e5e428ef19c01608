import { Module, type DynamicModule } from '@nestjs/common';
import { MessagingModule, type Broker } from '#messaging';
import { AccessController } from './access/access.controller.js';
import { AccessStore } from './access/access-store.js';
import { InventoryService } from './application/inventory-service.js';
import { HeartbeatsController } from './messaging/heartbeats.controller.js';
import { InboxController } from './messaging/inbox.controller.js';
import { QueriesController } from './messaging/queries.controller.js';

@Module({})
export class InventoryModule {
  static from(broker: Broker, service: InventoryService, access: AccessStore): DynamicModule {
    return {
      module: InventoryModule,
      imports: [MessagingModule.forBroker(broker)],
      controllers: [InboxController, HeartbeatsController, QueriesController, AccessController],
      providers: [
        { provide: InventoryService, useValue: service },
        { provide: AccessStore, useValue: access },
      ],
    };
  }
}
