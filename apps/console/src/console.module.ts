import { randomBytes } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.js';
import { OneTimeCode } from './access/one-time-code.js';
import { SessionBook } from './access/session-book.js';
import { SessionController } from './access/session.controller.js';
import { SignInLimit } from './access/sign-in-limit.js';
import { TokenDirectory } from './access/token-directory.js';
import { TokensController } from './access/tokens.controller.js';
import { AlarmsController } from './api/alarms.controller.js';
import { AuditController } from './api/audit.controller.js';
import { BackupsController } from './api/backups.controller.js';
import { CatalogueController } from './api/catalogue.controller.js';
import { DoctorController } from './api/doctor.controller.js';
import { HealthController } from './api/health.controller.js';
import { InventoryApiController } from './api/inventory.controller.js';
import { MaintenanceController } from './api/maintenance.controller.js';
import { PlansController } from './api/plans.controller.js';
import { RestoresController } from './api/restores.controller.js';
import { RunsController } from './api/runs.controller.js';
import { ThroughputController } from './api/throughput.controller.js';
import { AuditTrail } from './audit/audit-trail.js';
import { ProblemFilter } from './http/problem.filter.js';
import { LiveController } from './live/live.controller.js';
import { LiveHub } from './live/live-hub.js';
import { ConsoleCounts } from './monitoring/counts.js';
import { CONSOLE_CLIENT, CONSOLE_OPTIONS, type ConsoleClient, type ConsoleOptions } from './ports.js';

const SESSION_ID_BYTES = 32;

@Module({})
export class ConsoleModule {
  static from(
    client: ConsoleClient,
    options: ConsoleOptions,
    oneTimeCode: OneTimeCode,
    counts: ConsoleCounts,
  ): DynamicModule {
    return {
      module: ConsoleModule,
      controllers: [
        SessionController,
        TokensController,
        InventoryApiController,
        RunsController,
        BackupsController,
        PlansController,
        MaintenanceController,
        RestoresController,
        CatalogueController,
        AlarmsController,
        DoctorController,
        ThroughputController,
        AuditController,
        HealthController,
        LiveController,
      ],
      providers: [
        { provide: CONSOLE_CLIENT, useValue: client },
        { provide: CONSOLE_OPTIONS, useValue: options },
        { provide: OneTimeCode, useValue: oneTimeCode },
        { provide: ConsoleCounts, useValue: counts },
        {
          provide: SessionBook,
          useFactory: () => new SessionBook(() => randomBytes(SESSION_ID_BYTES).toString('base64url')),
        },
        TokenDirectory,
        SignInLimit,
        AuditTrail,
        LiveHub,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
