import { MessagingModule, type Broker } from '#messaging';
import { ActingProcess } from '#service';
import { Module, type DynamicModule } from '@nestjs/common';
import { AttemptsController } from './adapters/amqp/attempts.controller.js';
import { InventoryController } from './adapters/amqp/inventory.controller.js';
import { QueriesController } from './adapters/amqp/queries.controller.js';
import { RequestsController } from './adapters/amqp/requests.controller.js';
import { RestoresController } from './adapters/amqp/restores.controller.js';
import { SqlRunStore } from './adapters/store/sql-run-store.js';
import { Conductor } from './application/conductor.js';
import { PlanQueries } from './application/plan-queries.js';
import { RunQueries } from './application/run-queries.js';
import { Standing } from './application/standing.js';
import { RestoreQueries } from './restore/restore-queries.js';
import type { ConductorRuntime } from './conductor.runtime.js';

@Module({})
export class ConductorModule {
  static for({ conductor, queries, plans, restoreQueries, store }: ConductorRuntime, broker: Broker): DynamicModule {
    return {
      module: ConductorModule,
      imports: [MessagingModule.forBroker(broker)],
      controllers: [RequestsController, AttemptsController, InventoryController, QueriesController, RestoresController],
      providers: [
        { provide: Conductor, useValue: conductor },
        { provide: Standing, useValue: conductor.standing },
        { provide: RunQueries, useValue: queries },
        { provide: PlanQueries, useValue: plans },
        { provide: RestoreQueries, useValue: restoreQueries },
        { provide: SqlRunStore, useValue: store },
        { provide: ActingProcess, useValue: new ActingProcess() },
      ],
    };
  }
}
