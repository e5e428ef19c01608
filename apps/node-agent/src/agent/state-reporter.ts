import { memberIdOf, type ClientView, type ReportedDatabase } from '#contracts';
import { MoveMemory, categoryOf } from '../domain/moves.js';
import type { BackupClient } from '../ports/backup-client.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { DatabaseMovedHint, ExchangeHost } from '../ports/exchange-host.js';
import type { Log } from '../ports/log.js';
import type { Results } from '../ports/results.js';
import { errorText } from './error-text.js';
import type { StandingWarnings } from './warnings.js';

const CLIENT_CHECK_EVERY_MS = 10 * 60 * 1_000;
const MOVE_READ_EVERY_MS = 1_000;
const MOVE_WAIT_MS = 30_000;
const REPORT_WARNINGS_MAX = 100;
/** Looks for one report while moves keep making them outdated. */
const LOOKS_MAX = 3;

export interface StateReporterOptions {
  readonly memberId: string;
  readonly agentInstanceId: string;
  readonly agentVersion: string;
  readonly storageServer: string | null;
  readonly pollMs: number;
}

export interface StateReporterPorts {
  readonly clock: Clock;
  readonly host: ExchangeHost;
  readonly client: BackupClient;
  readonly results: Results;
  readonly log: Log;
  readonly warnings: StandingWarnings;
}

/** Tells the inventory how this member stands: regularly, when asked, and at once when a database moves. */
export class StateReporter {
  /** One counter for reports and moves, taken in the order in which Exchange was looked at. */
  private sequence = 0;
  private movesTold = 0;
  private reportsTold = 0;
  private readonly moves = new MoveMemory();
  private readonly followed = new Map<string, DatabaseMovedHint>();
  private clientView: ClientView = { installed: null, version: null };
  private running: Promise<void> | null = null;
  private isAgainWanted = false;
  private readonly timers = new Set<Timer>();
  private isClosed = false;

  constructor(
    private readonly options: StateReporterOptions,
    private readonly ports: StateReporterPorts,
  ) {}

  async start(): Promise<void> {
    this.ports.host.onDatabaseMoved((hint) => this.follow(hint));
    await this.checkClient();
    await this.poll();
  }

  /** Looks and reports. Asked for during a report, it means one more after it, however often it is asked for. */
  reportNow(): Promise<void> {
    if (this.running) {
      this.isAgainWanted = true;
      return this.running;
    }
    this.running = this.reportUntilCurrent().finally(() => (this.running = null));
    return this.running;
  }

  close(): void {
    this.isClosed = true;
    for (const timer of this.timers) timer.cancel();
  }

  private async poll(): Promise<void> {
    if (this.isClosed) return;
    await this.reportNow();
    this.later(this.options.pollMs, () => void this.poll());
  }

  private async checkClient(): Promise<void> {
    const { client, log, warnings } = this.ports;
    const { client: view, warning } = await client.describe();
    this.clientView = view;
    if (warning === null) warnings.clear('client');
    else {
      warnings.set('client', warning);
      log.warn('client.unusable', { reason: warning });
    }
    this.later(CLIENT_CHECK_EVERY_MS, () => void this.checkClient());
  }

  private async reportUntilCurrent(): Promise<void> {
    do {
      this.isAgainWanted = false;
      // One report after the other: a later one must carry the later look.
      await this.report();
    } while (this.isAgainWanted && !this.isClosed);
  }

  private async report(): Promise<void> {
    const { host, log, results, warnings } = this.ports;
    const { memberId, agentInstanceId, agentVersion, storageServer } = this.options;
    try {
      for (let look = 1; look <= LOOKS_MAX; look += 1) {
        const movesBefore = this.movesTold;
        const server = await host.describeServer();
        const { databases, warnings: unreadable } = await host.listDatabases();
        // A move told meanwhile is newer than this look, and this report would take it back.
        if (this.movesTold !== movesBefore) continue;
        if (memberIdOf(server.name) === memberId) warnings.clear('member');
        else
          warnings.set(
            'member',
            `this agent is configured as ${memberId}, and Exchange says that the server is ${server.name}`,
          );
        const told = this.moves.movedSinceLastPoll(databases).map((database) => this.announce(database, {}));
        const sent = results.report({
          memberId,
          memberName: server.name,
          fqdn: server.fqdn,
          site: server.site,
          storageServer,
          exchangeVersion: server.version,
          dag: server.dag,
          volumes: server.volumes ?? [],
          client: this.clientView,
          agentVersion,
          agentInstanceId,
          sequence: this.sequence++,
          databases,
          warnings: [...warnings.list(), ...unreadable].slice(0, REPORT_WARNINGS_MAX),
        });
        this.reportsTold += 1;
        await Promise.all([...told, sent]);
        return;
      }
      log.warn('node.unreported', {
        reason: `databases moved during each of ${LOOKS_MAX} looks; the next poll looks again`,
      });
    } catch (thrown) {
      // No report is better than one that claims that there are no databases; the inventory shows the age of the last one.
      log.warn('node.unreported', { reason: errorText(thrown) });
    }
  }

  /** Looks until the database is mounted where it moved to, since the event may be faster than Exchange's own view. */
  private follow(hint: DatabaseMovedHint): void {
    if (this.isClosed) return;
    const isFollowed = this.followed.has(hint.databaseGuid);
    this.followed.set(hint.databaseGuid, hint);
    if (!isFollowed) void this.look(hint.databaseGuid, this.ports.clock.monotonicMs() + MOVE_WAIT_MS);
  }

  private async look(guid: string, untilMs: number): Promise<void> {
    const { clock, host, log } = this.ports;
    const reportsBefore = this.reportsTold;
    let database: ReportedDatabase | null = null;
    try {
      database = await host.getDatabase(guid);
    } catch (thrown) {
      log.warn('database.unreadable', { databaseGuid: guid, reason: errorText(thrown) });
    }
    if (this.isClosed) return;
    const isOver = clock.monotonicMs() >= untilMs;
    // A report sent meanwhile may hold a newer look than this one.
    const isOutdated = this.reportsTold !== reportsBefore;
    if (!isOver && (!database || isOutdated || !this.moves.showsMove(database))) {
      this.later(isOutdated ? 0 : MOVE_READ_EVERY_MS, () => void this.look(guid, untilMs));
      return;
    }
    const hint = this.followed.get(guid);
    this.followed.delete(guid);
    if (database && hint) await this.announce(database, hint);
  }

  private async announce(
    database: ReportedDatabase,
    hint: { readonly operationId?: string; readonly initiator?: string },
  ): Promise<void> {
    const { log, results } = this.ports;
    const { memberId, agentInstanceId } = this.options;
    const { operationId } = hint;
    if (!this.moves.announce(database, operationId)) return;
    const category = categoryOf(hint.initiator);
    log.info('database.moved', { database: database.name, activeMember: database.activeMember, category, operationId });
    this.movesTold += 1;
    const observation = { memberId, agentInstanceId, sequence: this.sequence++, category, database };
    try {
      await results.moved(operationId === undefined ? observation : { ...observation, operationId });
    } catch (thrown) {
      // The next report shows the new place too, and the inventory compares reports.
      log.warn('database.move-unreported', { database: database.name, reason: errorText(thrown) });
    }
  }

  private later(delayMs: number, work: () => void): void {
    if (this.isClosed) return;
    const timer = this.ports.clock.setTimer(delayMs, () => {
      this.timers.delete(timer);
      work();
    });
    this.timers.add(timer);
  }
}
