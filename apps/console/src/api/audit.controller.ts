import { Controller, Get, Inject, Query } from '@nestjs/common';
import { AuditPage, AuditQuery } from '#contracts';
import { queryAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

/** What was done at the consoles. */
@Controller('audit')
export class AuditController {
  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Get()
  @Route({
    summary: 'Who did what, when, from where and with which result, newest first.',
    access: 'operator',
    query: AuditQuery,
    reply: AuditPage,
  })
  async page(@Query(queryAs(AuditQuery)) query: AuditQuery): Promise<AuditPage> {
    return { entries: await this.client.access.audit(query) };
  }
}
