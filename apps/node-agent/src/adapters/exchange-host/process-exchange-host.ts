import { failure, type HostMethod, type HostParams, type ReportedDatabase } from '#contracts';
import type { Clock } from '../../ports/clock.js';
import type { CopyIdentity, ExchangeChanges, NewDatabase } from '../../ports/exchange-changes.js';
import {
  HostUnavailableError,
  type DatabaseList,
  type DatabaseMovedHint,
  type ExchangeHost,
  type ServerDescription,
} from '../../ports/exchange-host.js';
import type { Log } from '../../ports/log.js';
import { BadAnswerError, parseDatabase, parseDatabases, parseEvent, parseServer } from './answers.js';
import { HostProcess, type HostFigures } from './host-process.js';

export interface ExchangeHostOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly requestTimeoutMs: number;
  readonly changeTimeoutMs: number;
}

/**
 * Exchange through host processes; every answer is parsed here and trusted afterwards. A host does one thing at a time, and
 * a change may take many minutes, so changes have a process of their own, started with the first one: reading
 * goes on meanwhile, and is not taken for a hanging host.
 */
export class ProcessExchangeHost implements ExchangeHost, ExchangeChanges {
  private readonly reader: HostProcess;
  private readonly changer: HostProcess;
  private readonly listeners: ((hint: DatabaseMovedHint) => void)[] = [];
  private isChangerStarted = false;

  constructor({ command, args, requestTimeoutMs, changeTimeoutMs }: ExchangeHostOptions, clock: Clock, log: Log) {
    this.reader = new HostProcess({ command, args, requestTimeoutMs }, clock, log, (line) => {
      const hint = parseEvent(line);
      if (hint) for (const listener of this.listeners) listener(hint);
      else log.warn('host.event-unknown', { event: line.event });
    });
    // Both processes tell of every move; the reader's word is enough.
    this.changer = new HostProcess({ command, args, requestTimeoutMs: changeTimeoutMs }, clock, log, () => undefined);
  }

  start(): void {
    this.reader.start();
  }

  close(): void {
    this.reader.close();
    this.changer.close();
  }

  /** The process that changes is there from its first change on. */
  figures(): readonly { readonly role: 'read' | 'change'; readonly figures: HostFigures }[] {
    const reader = { role: 'read', figures: this.reader.figures() } as const;
    return this.isChangerStarted ? [reader, { role: 'change', figures: this.changer.figures() }] : [reader];
  }

  describeServer(): Promise<ServerDescription> {
    return this.read('describeServer', {}, parseServer);
  }

  listDatabases(): Promise<DatabaseList> {
    return this.read('listDatabases', {}, parseDatabases);
  }

  getDatabase(guid: string): Promise<ReportedDatabase | null> {
    return this.read('getDatabase', { guid }, (answer) => (answer === null ? null : parseNamed(answer, guid)));
  }

  onDatabaseMoved(listener: (hint: DatabaseMovedHint) => void): void {
    this.listeners.push(listener);
  }

  suspendCopy({ databaseGuid: guid, member: server }: CopyIdentity, comment: string): Promise<ReportedDatabase> {
    return this.change('suspendCopy', { guid, server, comment });
  }

  resumeCopy({ databaseGuid: guid, member: server }: CopyIdentity): Promise<ReportedDatabase> {
    return this.change('resumeCopy', { guid, server });
  }

  updateCopy(
    { databaseGuid: guid, member: server }: CopyIdentity,
    sourceMember: string | null,
  ): Promise<ReportedDatabase> {
    return this.change('updateCopy', { guid, server, sourceServer: sourceMember });
  }

  dismountDatabase(guid: string): Promise<ReportedDatabase> {
    return this.change('dismountDatabase', { guid });
  }

  mountDatabase(guid: string): Promise<ReportedDatabase> {
    return this.change('mountDatabase', { guid });
  }

  setAllowFileRestore(guid: string, allowed: boolean): Promise<ReportedDatabase> {
    return this.change('setAllowFileRestore', { guid, allowed });
  }

  createRecoveryDatabase(database: NewDatabase): Promise<ReportedDatabase> {
    return this.ask(this.started(), 'createRecoveryDatabase', hostNewDatabase(database), parseDatabase);
  }

  createDatabase(database: NewDatabase): Promise<ReportedDatabase> {
    return this.ask(this.started(), 'createDatabase', hostNewDatabase(database), parseDatabase);
  }

  async removeDatabase(guid: string): Promise<void> {
    await this.ask(this.started(), 'removeDatabase', { guid }, () => undefined);
  }

  moveActiveDatabase({ databaseGuid: guid, member: server }: CopyIdentity): Promise<ReportedDatabase> {
    return this.change('moveActiveDatabase', { guid, server });
  }

  private read<Method extends HostMethod, Result>(
    method: Method,
    params: HostParams<Method>,
    parse: (answer: unknown) => Result,
  ): Promise<Result> {
    return this.ask(this.reader, method, params, parse);
  }

  private change<Method extends HostMethod>(
    method: Method,
    params: HostParams<Method> & { readonly guid: string },
  ): Promise<ReportedDatabase> {
    return this.ask(this.started(), method, params, (answer) => parseNamed(answer, params.guid));
  }

  private started(): HostProcess {
    if (!this.isChangerStarted) {
      this.isChangerStarted = true;
      this.changer.start();
    }
    return this.changer;
  }

  private async ask<Method extends HostMethod, Result>(
    process: HostProcess,
    method: Method,
    params: HostParams<Method>,
    parse: (answer: unknown) => Result,
  ): Promise<Result> {
    const answer = await process.request(method, { ...params });
    try {
      return parse(answer);
    } catch (thrown) {
      if (!(thrown instanceof BadAnswerError)) throw thrown;
      const message = `the Exchange host answered ${method} with something that cannot be understood: ${thrown.message}`;
      throw new HostUnavailableError(failure('host.bad-answer', message, { retryable: true }));
    }
  }
}

/** A cmdlet given an identity that it does not know may answer with another object (reference section 0 rule 7). */
function parseNamed(answer: unknown, guid: string): ReportedDatabase {
  const database = parseDatabase(answer);
  if (database.guid !== guid.toLowerCase())
    throw new BadAnswerError(`asked for database ${guid}, it answered with ${database.guid}`);
  return database;
}

function hostNewDatabase({ name, member, edbPath, logPath }: NewDatabase): HostParams<'createDatabase'> {
  return { name, server: member, edbPath, logPath };
}
