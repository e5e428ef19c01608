import { Body, Controller, Headers, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { RestorePreflight, RestoreRequest, RunView } from '#contracts';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { bodyAs, idempotencyKey } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';
import { startedRun } from './started-run.js';

/** Asking for restores: they may overwrite what users have now, so they are for administrators. */
@Controller('restores')
export class RestoresController {
  constructor(
    @Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Post('preflight')
  @HttpCode(200)
  @Route({
    summary: 'What a restore would do, step by step, and what stands against it. Nothing is touched.',
    access: 'administrator',
    body: RestoreRequest,
    reply: RestorePreflight,
  })
  preflight(@Body(bodyAs(RestoreRequest)) order: RestoreRequest): Promise<RestorePreflight> {
    return this.client.preflightRestore(order);
  }

  @Post()
  @HttpCode(202)
  @Route({
    summary: 'Asks for a restore. The answer is the run that came of it.',
    access: 'administrator',
    action: 'restore.request',
    body: RestoreRequest,
    reply: RunView,
    status: 202,
    idempotent: true,
  })
  async restore(
    @Body(bodyAs(RestoreRequest)) order: RestoreRequest,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: Request,
  ): Promise<RunView> {
    const requestId = idempotencyKey(key);
    await this.client.restore({ ...order, requestId, requestedBy: caller.identity.actor });
    const run = await startedRun(this.client, requestId);
    this.audit.note(request, { target: run.runId });
    return run;
  }
}
