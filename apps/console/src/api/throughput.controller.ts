import { Controller, Get, Inject } from '@nestjs/common';
import { ThroughputList } from '#contracts';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

/** What plans reckon with. */
@Controller('throughput')
export class ThroughputController {
  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Get()
  @Route({
    summary: 'What one backup on each member was seen to move in a second, by type.',
    access: 'viewer',
    reply: ThroughputList,
  })
  async list(): Promise<ThroughputList> {
    return { rates: await this.client.throughput() };
  }
}
