import { MessagingModule } from '#messaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { AttemptsController } from './adapters/amqp/attempts.controller.js';
import { InventoryController } from './adapters/amqp/inventory.controller.js';
import { QueriesController } from './adapters/amqp/queries.controller.js';
import { RequestsController } from './adapters/amqp/requests.controller.js';
import { SqlRunStore } from './adapters/store/sql-run-store.js';
import { Conductor } from './application/conductor.js';
import { RunQueries } from './application/run-queries.js';
import { ConductorRuntime, type ConductorParts } from './conductor.runtime.js';

@Module({})
export class ConductorModule {
  static for(parts: ConductorParts): DynamicModule {
    const runtime = new ConductorRuntime(parts);
    return {
      module: ConductorModule,
      imports: [MessagingModule.forBroker(parts.broker)],
      controllers: [RequestsController, AttemptsController, InventoryController, QueriesController],
      providers: [
        { provide: ConductorRuntime, useValue: runtime },
        { provide: Conductor, useValue: runtime.conductor },
        { provide: RunQueries, useValue: runtime.queries },
        { provide: SqlRunStore, useValue: runtime.store },
      ],
    };
  }
}
