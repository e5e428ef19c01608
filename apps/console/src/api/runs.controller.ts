import { Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { Explanation, RunList, RunListQuery, RunView } from '#contracts';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { queryAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';
import { ExplanationQuery, RunPageQuery } from './runs.dto.js';

/** What ran and runs. */
@Controller('runs')
export class RunsController {
  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Get()
  @Route({ summary: 'The latest runs, newest first.', access: 'viewer', query: RunListQuery, reply: RunList })
  async list(@Query(queryAs(RunListQuery)) { limit }: RunListQuery): Promise<RunList> {
    return { runs: await this.client.runs(limit) };
  }

  @Get(':runId')
  @Route({
    summary: 'One run with its tasks, attempts and a page of its history.',
    access: 'viewer',
    query: RunPageQuery,
    reply: RunView,
  })
  get(
    @Param('runId', ParseUUIDPipe) runId: string,
    @Query(queryAs(RunPageQuery)) { afterSequence = 0 }: RunPageQuery,
  ): Promise<RunView> {
    return this.client.run({ runId, afterSequence });
  }

  @Get(':runId/explanation')
  @Route({
    summary: 'Why each database went where it went: every candidate with its score or refusal.',
    access: 'viewer',
    query: ExplanationQuery,
    reply: Explanation,
  })
  explain(
    @Param('runId', ParseUUIDPipe) runId: string,
    @Query(queryAs(ExplanationQuery)) { database, replay }: ExplanationQuery,
  ): Promise<Explanation> {
    return this.client.explain(runId, database, replay === 'true');
  }

  @Post(':runId/cancel')
  @HttpCode(202)
  @Route({ summary: 'Asks the conductor to stop a run.', access: 'operator', action: 'run.cancel', status: 202 })
  async cancel(@Param('runId', ParseUUIDPipe) runId: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.client.cancel(runId, caller.identity.actor);
  }
}
