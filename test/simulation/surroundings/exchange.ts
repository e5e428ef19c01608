import type { MoveCategory, ReportedDatabase } from '#contracts';
import type { DatabaseMovedHint } from '../../../apps/node-agent/src/ports/exchange-host.js';
import { emptyDatabase, newDatabase, reportOf, type SimCopy, type SimDatabase } from './databases.js';
import { MACHINE } from './process.js';
import { refused } from './refused.js';
import type { Random } from './random.js';
import type { Life, Schedule } from './schedule.js';

/** One running tdpexcc that reads one database, or somebody else's backup of it. */
export interface Session {
  /** Null: not ours. */
  readonly attemptId: string | null;
  readonly database: SimDatabase;
  readonly member: string;
  /** The life of the agent that started it; when that is over, the process is an orphan. */
  readonly owner: Life;
  readonly startedAtMs: number;
  /** Exchange shows "backup in progress" only from here on. */
  readonly visibleAtMs: number;
  isKilled: boolean;
  end(exitCode: number | null): void;
}

export interface SessionStart {
  readonly attemptId: string | null;
  readonly databaseName: string;
  readonly member: string;
  readonly owner: Life;
  readonly durationMs: number;
  /** Exit code of its natural end. */
  readonly exitCode: number;
}

export interface ExchangeObserver {
  /** `other`: the backup of the same database that is still running. */
  sessionStarted(session: Session, other: Session | null): void;
  sessionEnded(session: Session, exitCode: number | null): void;
}

const START_UTC_MS = Date.parse('2026-02-01T20:00:00Z');
/** The longest time before a running backup shows; a conductor's lease margin must be longer. */
const VISIBLE_AFTER_MAX_MS = 1_200;
const REFUSED_EXIT_CODE = 418;
const ACTIVATION_TRIES_MAX = 20;
const ACTIVATION_EVERY_MS = 2_000;
export const SITES = ['Site-1', 'Site-2'] as const;
export const STORAGE_SERVERS = ['SP-1', 'SP-2'] as const;

/** Exchange itself: what is really true of databases, copies and backups. Only this module knows it. */
export class SimExchange {
  readonly databases: SimDatabase[];
  readonly downMembers = new Set<string>();
  readonly sessions = new Set<Session>();
  private created = 0;
  private readonly listeners = new Map<string, (hint: DatabaseMovedHint) => void>();

  constructor(
    readonly members: readonly string[],
    private readonly initialDatabases: number,
    private readonly schedule: Schedule,
    private readonly random: Random,
    private readonly observer: ExchangeObserver,
    private readonly note: (what: () => string) => void,
  ) {
    this.databases = Array.from({ length: initialDatabases }, (_, index) =>
      newDatabase(index + 1, members, random, START_UTC_MS),
    );
  }

  utcNow(): string {
    return new Date(START_UTC_MS + this.schedule.nowMs).toISOString();
  }

  /** The first half of the members stands in one site, the second in another. */
  siteOf(member: string): string {
    const index = this.members.indexOf(member);
    return SITES[Math.floor((index * SITES.length) / this.members.length)] ?? '';
  }

  /** Neighbours use different ones. */
  storageServerOf(member: string): string {
    return STORAGE_SERVERS[this.members.indexOf(member) % STORAGE_SERVERS.length] ?? '';
  }

  /** What a backup of the database on that member takes part of. */
  placeOf(member: string, guid: string): { site: string; storageServer: string; volume: string } {
    const copies = this.databases.find((database) => database.guid === guid)?.copies;
    const volume = copies?.find((copy) => copy.member === member)?.volume;
    return { site: this.siteOf(member), storageServer: this.storageServerOf(member), volume: `${member} ${volume}` };
  }

  find(name: string): SimDatabase | undefined {
    return this.databases.find((database) => database.name === name);
  }

  byName(name: string): SimDatabase {
    const found = this.find(name);
    if (!found) throw new Error(`Exchange knows no database ${name}`);
    return found;
  }

  /** The name is unique in the organisation. */
  create(name: string, member: string, recovery: boolean): SimDatabase {
    if (this.find(name)) throw refused(`there is a database ${name} already`);
    if (this.downMembers.has(member)) throw refused(`${member} does not answer`);
    this.created += 1;
    const database = emptyDatabase(this.created, name, member, recovery);
    this.databases.push(database);
    this.note(() => `${name} is created on ${member}`);
    return database;
  }

  remove(database: SimDatabase): void {
    if (!database.recovery || database.mounted)
      throw refused(`${database.name} is not removed: it is mounted, or no recovery database`);
    this.databases.splice(this.databases.indexOf(database), 1);
    this.note(() => `${database.name} is removed`);
  }

  /** Some have no other copies: not in a DAG's sense replicated, and restored elsewhere only into a new database. */
  makeStandalone(database: SimDatabase): void {
    database.copies.splice(1);
  }

  /** One of those that existed from the beginning. */
  at(index: number): SimDatabase {
    const found = this.databases[index % this.initialDatabases];
    if (!found) throw new Error('Exchange has no databases');
    return found;
  }

  listen(member: string, listener: (hint: DatabaseMovedHint) => void): void {
    this.listeners.set(member, listener);
  }

  /** As a member's Exchange shell shows the databases that this member holds a copy of. */
  databasesOf(member: string): readonly ReportedDatabase[] {
    return this.databases
      .filter(({ copies }) => copies.some((copy) => copy.member === member))
      .map((database) => this.view(database));
  }

  view(database: SimDatabase): ReportedDatabase {
    return reportOf(database, this.isBusy(database), this.downMembers);
  }

  /** Starts a backup. Exchange takes one of a database at a time: another one ends at once with an error. */
  start(asked: SessionStart, onEnd: (exitCode: number | null) => void): Session {
    const database = this.byName(asked.databaseName);
    const { nowMs } = this.schedule;
    const other = database.session;
    const session: Session = {
      attemptId: asked.attemptId,
      database,
      member: asked.member,
      owner: asked.owner,
      startedAtMs: nowMs,
      visibleAtMs: nowMs + this.random.int(0, VISIBLE_AFTER_MAX_MS),
      isKilled: false,
      end: (exitCode) => {
        if (!this.sessions.delete(session)) return;
        if (database.session === session) {
          database.session = null;
          database.busyUntilMs = this.schedule.nowMs + this.random.int(0, 1_500);
        }
        if (exitCode === 0) this.recordBackup(database);
        this.note(() => `tdpexcc for ${database.name} on ${asked.member} ended: ${exitCode ?? 'killed'}`);
        this.observer.sessionEnded(session, exitCode);
        onEnd(exitCode);
      },
    };
    this.sessions.add(session);
    this.note(() => `tdpexcc for ${database.name} started on ${asked.member} by ${asked.attemptId ?? 'somebody else'}`);
    this.observer.sessionStarted(session, other);
    if (other || !database.mounted || nowMs < database.busyUntilMs) {
      this.schedule.after(200, MACHINE, () => session.end(REFUSED_EXIT_CODE));
      return session;
    }
    database.session = session;
    this.schedule.after(asked.durationMs, MACHINE, () => session.end(asked.exitCode));
    return session;
  }

  /** The active copy goes elsewhere; that ends the running backup, on whatever copy it reads. */
  move(database: SimDatabase, choice: number, category: MoveCategory): void {
    const targets = database.copies.filter(
      ({ member, status, replayLagMs }) =>
        member !== database.active && !this.downMembers.has(member) && status === 'Healthy' && replayLagMs === 0,
    );
    const target = targets[choice % Math.max(1, targets.length)];
    if (!target) return this.moveLater(database);
    if (!database.mounted) return;
    this.moveNow(database, target, category);
  }

  /** False: the copy cannot be activated. */
  moveTo(database: SimDatabase, member: string): boolean {
    const target = database.copies.find((copy) => copy.member === member);
    if (!target || target.status !== 'Healthy' || !database.mounted || this.downMembers.has(member)) return false;
    this.moveNow(database, target, 'switchover');
    return true;
  }

  private moveNow(database: SimDatabase, target: SimCopy, category: MoveCategory): void {
    const before = database.copies.find(({ member }) => member === database.active);
    database.moves += 1;
    const operationId = `${database.guid}-${database.moves}`;
    this.note(() => `${database.name} moves from ${database.active} to ${target.member} (${category})`);
    const { session } = database;
    if (session) this.schedule.after(this.random.int(10, 400), MACHINE, () => session.end(REFUSED_EXIT_CODE));
    database.mounted = false;
    database.isMoving = true;
    if (before) before.status = 'Resynchronizing';
    target.status = 'Mounting';
    this.schedule.after(this.random.int(100, 2_000), MACHINE, () => {
      database.active = target.member;
      database.mounted = true;
      database.isMoving = false;
      target.status = 'Mounted';
      this.hint(database, operationId, category);
      if (this.downMembers.has(target.member)) this.move(database, 0, 'failover');
    });
    this.schedule.after(this.random.int(2_500, 9_000), MACHINE, () => {
      // A copy that was suspended meanwhile stays so.
      if (before?.status === 'Resynchronizing' && database.active !== before.member) before.status = 'Healthy';
    });
  }

  /** A server is gone with everything that ran on it. */
  lose(member: string): void {
    this.downMembers.add(member);
    this.listeners.delete(member);
    this.note(() => `${member} is lost for good`);
    for (const session of this.sessions) if (session.member === member) session.end(null);
    for (const database of this.databases) if (database.active === member) this.move(database, 0, 'failover');
  }

  /** No copy can be activated yet. Only a database whose server is gone has to wait for one; it is tried again within a limit. */
  private moveLater(database: SimDatabase): void {
    if (!this.downMembers.has(database.active) || database.activationTries >= ACTIVATION_TRIES_MAX) return;
    database.activationTries += 1;
    this.schedule.after(ACTIVATION_EVERY_MS, MACHINE, () => {
      if (this.downMembers.has(database.active) && database.mounted) this.move(database, 0, 'failover');
    });
  }

  private isBusy(database: SimDatabase): boolean {
    const { nowMs } = this.schedule;
    if (nowMs < database.busyUntilMs) return true;
    return database.session !== null && nowMs >= database.session.visibleAtMs;
  }

  private recordBackup(database: SimDatabase): void {
    const at = this.utcNow();
    database.lastFullBackupAt = at;
    this.schedule.after(this.random.int(0, 3_000), MACHINE, () => {
      for (const copy of database.copies) copy.latestFullBackupAt = at;
    });
  }

  private hint(database: SimDatabase, operationId: string, category: MoveCategory): void {
    const initiator = category === 'switchover' ? 'Admin' : 'Automatic';
    for (const { member } of database.copies) {
      this.schedule.after(this.random.int(20, 800), MACHINE, () => {
        this.listeners.get(member)?.({ databaseGuid: database.guid, operationId, initiator });
      });
    }
  }
}
