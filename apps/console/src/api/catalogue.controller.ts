import { Controller, Get, Inject, Query } from '@nestjs/common';
import { IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { BackupList, IsId, IsUtc } from '#contracts';
import { queryAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

/** Of the catalogue, in the words that fit into an address. */
export class CatalogueQuery {
  /** Name or GUID; default: every database. */
  @IsOptional() @IsString() @MaxLength(200) readonly database?: string;
  /** Only those that this member made. */
  @IsOptional() @IsId() readonly member?: string;
  /** Only those made since. */
  @IsOptional() @IsUtc() readonly since?: string;
  /** Only those made until. */
  @IsOptional() @IsUtc() readonly until?: string;
  /** Only what a restore to this moment would be made from. */
  @IsOptional() @IsUtc() readonly at?: string;
  /** Backup clients whose listing is older are asked first; 0: all of them. Default: none is asked. */
  @IsOptional() @IsInt() @Min(0) readonly maxAgeMs?: number;
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
  list(@Query(queryAs(CatalogueQuery)) query: CatalogueQuery): Promise<BackupList> {
    const { database, member, since, until, at, maxAgeMs } = query;
    return this.client.backups({
      ...(database === undefined ? {} : { databases: [database] }),
      ...(member === undefined ? {} : { member }),
      ...(since === undefined ? {} : { startedAfter: since }),
      ...(until === undefined ? {} : { startedBefore: until }),
      ...(at === undefined ? {} : { at }),
      ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    });
  }
}
