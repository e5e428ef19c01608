import { Controller, Get, Inject, Query } from '@nestjs/common';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { DoctorReport } from '#contracts';
import { VERSION } from '#service';
import { queryAs } from '../http/input.js';
import { Route } from '../http/route.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

const YEAR_MS = 366 * 24 * 60 * 60 * 1_000;

export class DoctorQuery {
  /** Warn of databases whose newest backup is older. Default: 48 hours. */
  @IsOptional() @IsInt() @Min(1) @Max(YEAR_MS) readonly backupAgeMs?: number;
}

/** What is not as it should be. */
@Controller('doctor')
export class DoctorController {
  private looking: Promise<DoctorReport> | undefined;

  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  @Get()
  @Route({
    summary:
      'Looks at everything at once: what is wrong, what it means, and what to type. Takes some seconds where somebody does not answer.',
    access: 'viewer',
    query: DoctorQuery,
    reply: DoctorReport,
  })
  doctor(@Query(queryAs(DoctorQuery)) { backupAgeMs }: DoctorQuery): Promise<DoctorReport> {
    return backupAgeMs === undefined ? this.look() : this.client.doctor({ version: VERSION, backupAgeMs });
  }

  /** One look for all who ask while it is taken. */
  private look(): Promise<DoctorReport> {
    this.looking ??= this.client.doctor({ version: VERSION }).finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }
}
