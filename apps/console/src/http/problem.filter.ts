import { Catch, HttpException, Inject, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { FailureError } from '#contracts';
import { ConsoleCounts } from '../monitoring/counts.js';
import { ProblemError, problem, problemOf, type Problem } from './problem.js';

const SERVER_FAULT = 500;

/** Turns whatever was thrown into problem details. A fault of ours is logged with its stack and told without. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('console');

  constructor(@Inject(ConsoleCounts) private readonly counts: ConsoleCounts) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const found = this.toProblem(error);
    this.counts.refused(found.type);
    if (response.headersSent) {
      response.end();
      return;
    }
    response.status(found.status).type('application/problem+json').send(JSON.stringify(found));
  }

  private toProblem(error: unknown): Problem {
    if (error instanceof ProblemError) return error.problem;
    if (error instanceof FailureError) return problemOf(error.failure);
    const status = statusOf(error);
    if (status !== undefined && status < SERVER_FAULT && error instanceof Error) {
      return problem(status, 'request.refused', error.message);
    }
    this.logger.error({
      event: 'request.crashed',
      message: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    return problem(
      SERVER_FAULT,
      'console.fault',
      'The console made a mistake; its log says which. Nothing more is known of the request.',
    );
  }
}

/** Nest's own refusals, and those of the body parser, which has a class of its own. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') return error.status;
  return undefined;
}
