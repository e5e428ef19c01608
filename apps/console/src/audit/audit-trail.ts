import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { ActionResult, AuditEntry } from '#contracts';
import type { Caller } from '../access/caller.js';
import { CONSOLE_CLIENT, CONSOLE_OPTIONS, type ConsoleClient, type ConsoleOptions } from '../ports.js';
import { auditable } from './auditable.js';

const REFUSED: readonly number[] = [400, 401, 403, 404, 409, 413, 415, 422, 429];
const OK_BELOW = 400;
const FIRST_PART_MAX = 200;

/** Tells the audit log of each action when its answer is known, also of those that were refused. */
@Injectable()
export class AuditTrail {
  private readonly logger = new Logger('console');
  /** What an action was done to and said, where the request itself does not tell. */
  private readonly notes = new WeakMap<
    Request,
    { readonly target?: string; readonly text?: string; readonly actor?: string }
  >();

  constructor(
    @Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient,
    @Inject(CONSOLE_OPTIONS) private readonly options: ConsoleOptions,
  ) {}

  note(request: Request, note: { readonly target?: string; readonly text?: string; readonly actor?: string }): void {
    this.notes.set(request, { ...this.notes.get(request), ...note });
  }

  follow(action: string, request: Request, response: Response, caller: () => Caller | undefined): void {
    const at = new Date().toISOString();
    response.once('close', () => {
      const identity = caller()?.identity;
      const note = this.notes.get(request) ?? {};
      const status = response.writableFinished ? response.statusCode : undefined;
      void this.tell({
        entryId: randomUUID(),
        at,
        actor: note.actor ?? identity?.actor ?? 'nobody',
        role: identity?.role ?? null,
        address: (request.ip ?? 'unknown').slice(0, FIRST_PART_MAX),
        action,
        target: note.target ?? firstParameter(request),
        request: auditable(request.body),
        result: resultOf(status),
        text:
          note.text ?? (status === undefined ? 'the connection broke before the answer was sent' : `HTTP ${status}`),
        console: this.options.name,
      });
    });
  }

  /** A record that cannot be sent goes into the console's own log, so that it is never lost without a trace. */
  private async tell(entry: AuditEntry): Promise<void> {
    try {
      await this.client.access.recordAction(entry);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.logger.error({ event: 'audit.not-sent', message: `an audit entry could not be sent: ${why}`, entry });
    }
  }
}

function resultOf(status: number | undefined): ActionResult {
  if (status === undefined) return 'failed';
  if (status < OK_BELOW) return 'done';
  return REFUSED.includes(status) ? 'refused' : 'failed';
}

function firstParameter(request: Request): string | null {
  const [value] = Object.values(request.params);
  return typeof value === 'string' ? value.slice(0, FIRST_PART_MAX) : null;
}
