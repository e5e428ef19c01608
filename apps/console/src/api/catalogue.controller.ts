import { Controller, Get, Inject, Query } from '@nestjs/common';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { BackupList, IsUtc } from '#contracts';
import { queryAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

export class CatalogueQuery {
  /** Name or GUID; default: every database. */
  @IsOptional() @IsString() @MaxLength(200) readonly database?: string;
  /** Only what a restore to this moment would need. */
  @IsOptional() @IsUtc() readonly at?: string;
}

/** The backups that exist. */
@Controller('catalogue')
export class CatalogueController {
  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Get()
  @Route({
    summary: 'The backups that can be restored, from the oldest to the newest of each database.',
    access: 'viewer',
    query: CatalogueQuery,
    reply: BackupList,
  })
  list(@Query(queryAs(CatalogueQuery)) { database, at }: CatalogueQuery): Promise<BackupList> {
    return this.client.backups({
      ...(database === undefined ? {} : { databases: [database] }),
      ...(at === undefined ? {} : { at }),
    });
  }
}
