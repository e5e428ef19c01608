import type { LoggerService } from '@nestjs/common';
import type { Log } from '../ports/log.js';

export class NestLog implements Log {
  constructor(private readonly logger: LoggerService) {}

  info(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.logger.log({ event, ...fields });
  }

  warn(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.logger.warn({ event, ...fields });
  }
}
