import { failure, type HostMethod, type ReportedDatabase } from '#contracts';
import type { Clock } from '../../ports/clock.js';
import {
  HostUnavailableError,
  type DatabaseList,
  type DatabaseMovedHint,
  type ExchangeHost,
  type ServerDescription,
} from '../../ports/exchange-host.js';
import type { Log } from '../../ports/log.js';
import { BadAnswerError, parseDatabase, parseDatabases, parseEvent, parseServer } from './answers.js';
import { HostProcess, type HostProcessOptions } from './host-process.js';

/** Exchange through the host process; every answer is parsed here and trusted afterwards. */
export class ProcessExchangeHost implements ExchangeHost {
  private readonly process: HostProcess;
  private readonly listeners: ((hint: DatabaseMovedHint) => void)[] = [];

  constructor(options: HostProcessOptions, clock: Clock, log: Log) {
    this.process = new HostProcess(options, clock, log, (line) => {
      const hint = parseEvent(line);
      if (hint) for (const listener of this.listeners) listener(hint);
      else log.warn('host.event-unknown', { event: line.event });
    });
  }

  start(): void {
    this.process.start();
  }

  close(): void {
    this.process.close();
  }

  describeServer(): Promise<ServerDescription> {
    return this.ask('describeServer', {}, parseServer);
  }

  listDatabases(): Promise<DatabaseList> {
    return this.ask('listDatabases', {}, parseDatabases);
  }

  getDatabase(guid: string): Promise<ReportedDatabase | null> {
    return this.ask('getDatabase', { guid }, (answer) => {
      if (answer === null) return null;
      const database = parseDatabase(answer);
      // A cmdlet given an identity that it does not know may answer with another object (reference section 0 rule 7).
      if (database.guid !== guid.toLowerCase())
        throw new BadAnswerError(`asked for database ${guid}, it answered with ${database.guid}`);
      return database;
    });
  }

  onDatabaseMoved(listener: (hint: DatabaseMovedHint) => void): void {
    this.listeners.push(listener);
  }

  private async ask<Result>(
    method: HostMethod,
    params: Readonly<Record<string, unknown>>,
    parse: (answer: unknown) => Result,
  ): Promise<Result> {
    const answer = await this.process.request(method, params);
    try {
      return parse(answer);
    } catch (thrown) {
      if (!(thrown instanceof BadAnswerError)) throw thrown;
      const message = `the Exchange host answered ${method} with something that cannot be understood: ${thrown.message}`;
      throw new HostUnavailableError(failure('host.bad-answer', message, { retryable: true }));
    }
  }
}
