import { Controller, Get, Inject, Query } from '@nestjs/common';
import { InventorySnapshot, SnapshotQuery } from '#contracts';
import { queryAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

/** Every DAG, member, database and copy. */
@Controller('snapshot')
export class InventoryApiController {
  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Get()
  @Route({
    summary:
      'DAGs, members, databases and copies, with the age of each report. With maxAgeMs, older members are asked first.',
    access: 'viewer',
    query: SnapshotQuery,
    reply: InventorySnapshot,
  })
  snapshot(@Query(queryAs(SnapshotQuery)) query: SnapshotQuery): Promise<InventorySnapshot> {
    return this.client.snapshot(query);
  }
}
