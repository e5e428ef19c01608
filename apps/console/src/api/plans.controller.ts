import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { PlanDocument, PlanQuery } from '#contracts';
import { bodyAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

/** What a backup would do. */
@Controller('plans')
export class PlansController {
  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Post()
  @HttpCode(200)
  @Route({
    summary: 'What a backup would do now, or in a world that is not. Nothing is started and nothing stored.',
    access: 'operator',
    body: PlanQuery,
    reply: PlanDocument,
  })
  plan(@Body(bodyAs(PlanQuery)) query: PlanQuery): Promise<PlanDocument> {
    return this.client.plan(query);
  }
}
