import { Body, Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { BackupRequest, RunView } from '#contracts';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { bodyAs, idempotencyKey } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';
import { startedRun } from './started-run.js';

/** Asking for backups. */
@Controller('backups')
export class BackupsController {
  constructor(
    @Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Post()
  @HttpCode(202)
  @Route({
    summary: 'Asks for a backup. The answer is the run that came of it.',
    access: 'operator',
    action: 'backup.request',
    body: BackupRequest,
    reply: RunView,
    status: 202,
    idempotent: true,
  })
  async backup(
    @Body(bodyAs(BackupRequest)) order: BackupRequest,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: Request,
  ): Promise<RunView> {
    const requestId = idempotencyKey(key);
    await this.client.backup({ ...order, requestId, requestedBy: caller.identity.actor });
    const run = await startedRun(this.client, requestId);
    this.audit.note(request, { target: run.runId });
    return run;
  }
}
