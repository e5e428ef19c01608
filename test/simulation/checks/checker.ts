import { isRestoreEvent } from '../../../apps/conductor/src/domain/conductor.events.js';
import type { BackupWindow, DatabaseView } from '#contracts';
import type { Commit } from '../../../apps/conductor/src/application/ports.js';
import type { RunEvent } from '../../../apps/conductor/src/domain/run.events.js';
import type { World } from '../../../apps/conductor/src/domain/world.js';
import type { SimDatabase } from '../surroundings/databases.js';
import type { ExchangeObserver, Session } from '../surroundings/exchange.js';
import type { RestoreSession } from '../surroundings/restores.js';
import { RestoreChecks } from './restore-checks.js';
import { Accounts } from './accounts.js';
import { SessionBook } from './session-book.js';
import type { RestoreEvent } from '../../../apps/conductor/src/restore/restore.events.js';
import { letsStart, LimitBook, type CheckLimits, type CountedScope, type Place } from './limit-book.js';

export interface Violation {
  /** Number of the invariant in the design. */
  readonly invariant: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly atMs: number;
  readonly what: string;
}

const COUNTED: readonly CountedScope[] = ['member', 'storageServer', 'site', 'dag', 'global', 'volume'];

interface Dispatched {
  readonly taskKey: string;
  readonly databaseGuid: string;
  readonly member: string;
  readonly place: Place;
}

/**
 * Watches from outside: what was committed, and what really runs in Exchange. It keeps its own books and looks at none of
 * the conductor's indexes; it stops at the first violation.
 */
export class Checker implements ExchangeObserver {
  violation: Violation | null = null;
  readonly succeededSessions = new Set<string>();
  private readonly liveSessions = new Set<Session>();
  private readonly liveAttempts = new Map<string, Dispatched>();
  private readonly lastNumber = new Map<string, number>();
  private readonly lastDispatchAtMs = new Map<string, number>();
  private readonly finalTasks = new Map<string, string>();
  private readonly endedBy = new Map<string, Extract<RunEvent, { type: 'AttemptEnded' }>>();
  readonly restores: RestoreChecks;
  readonly startedSessions = new Map<string, number>();
  private readonly accounts = new Accounts((what) => this.violated(5, what));
  private readonly limits: LimitBook;
  private readonly windows = new Map<string, BackupWindow>();
  /** What its member might do at once when each attempt was sent: what was sent before a limit was lowered may go on. */
  private readonly allowedWhenSent = new Map<string, number>();

  private readonly sessions: SessionBook;

  constructor(
    private readonly settings: CheckLimits,
    private readonly placeOf: (member: string, databaseGuid: string) => Place,
    private readonly nowMs: () => number,
    /** The conductor's picture at this moment, as it was told, before anything judged it. */
    private readonly picture: () => World | null,
    exchange: () => { readonly databases: readonly SimDatabase[]; readonly downMembers: ReadonlySet<string> },
  ) {
    this.limits = new LimitBook(settings);
    this.sessions = new SessionBook(placeOf, (guid) => picture()?.databases.get(guid)?.activeMember ?? null);
    this.restores = new RestoreChecks(
      (invariant, what) => this.violated(invariant, what),
      () => exchange().databases,
      (member) => exchange().downMembers.has(member),
      nowMs,
    );
  }

  restoreStarted(session: RestoreSession, database: SimDatabase): void {
    this.restores.restoreStarted(session, database);
  }

  secondRecovery(name: string, mounted: string, member: string): void {
    this.restores.secondRecovery(name, mounted, member);
  }

  sessionStarted(session: Session, other: Session | null): void {
    const { attemptId, member, database } = session;
    if (attemptId === null) return;
    this.restores.backupStarted(database, attemptId);
    if (other && other.attemptId !== null) {
      this.violated(
        1,
        `${database.name}: ${attemptId} started on ${member} while ${other.attemptId} runs on ${other.member}`,
      );
    }
    const starts = (this.startedSessions.get(attemptId) ?? 0) + 1;
    this.startedSessions.set(attemptId, starts);
    if (starts > 1) this.violated(1, `${database.name}: attempt ${attemptId} was started ${starts} times`);
    this.liveSessions.add(session);
    // A client that outlived its agent, or is being killed, is out of everybody's hands and no new start of ours.
    const counted = [...this.liveSessions].filter(
      (each) => each.member === member && each.owner.alive && !each.isKilled,
    );
    const allowed = Math.max(
      ...[session, ...counted].map((each) => this.allowedWhenSent.get(each.attemptId ?? '') ?? 0),
    );
    if (counted.length > allowed) this.violated(2, `${member} runs ${counted.length} backups, its limit is ${allowed}`);
  }

  sessionEnded(session: Session, exitCode: number | null): void {
    this.liveSessions.delete(session);
    if (exitCode === 0 && session.attemptId !== null) this.succeededSessions.add(session.attemptId);
  }

  committed(commit: Commit): void {
    const { events, maintenance } = commit;
    this.limits.committed(maintenance.map(({ event }) => event));
    // In their order: a backup may take the place that a restore gave back a moment before.
    for (const { event } of events) {
      if (isRestoreEvent(event)) this.restoreEvent(event);
      else this.event(event);
    }
    this.restores.committed(commit);
  }

  /** After faults stopped and everything had its time. */
  finished(open: readonly string[]): void {
    this.restores.finished();
    if (open.length > 0) this.violated(5, `not over long after the last fault: ${open.slice(0, 5).join(', ')}`);
  }

  violated(invariant: Violation['invariant'], what: string): void {
    this.violation ??= { invariant, atMs: this.nowMs(), what };
  }

  private event(event: RunEvent): void {
    switch (event.type) {
      case 'RunRequested':
        if (event.request.window) this.windows.set(event.runId, event.request.window);
        return;
      case 'TaskDispatched':
        return this.dispatched(event);
      case 'AttemptStarted':
      case 'AttemptAccepted':
      case 'AttemptSuperseded':
        if (!this.liveAttempts.has(event.attemptId))
          this.violated(3, `${event.type} of ${event.attemptId}, which is not a current attempt`);
        return;
      case 'AttemptEnded':
        return this.ended(event);
      case 'TaskCompleted':
        return this.completed(event);
      case 'RunPlanned':
        return this.accounts.planned(event, this.picture());
      case 'RunCompleted':
        this.accounts.completed(event);
        return this.runCompleted(event.runId, event.reason);
      case 'TaskPlanned':
      case 'TaskUnplaced':
        this.finalTasks.set(`${event.runId} ${event.task.taskId}`, '');
        return this.accounts.task(event.runId, event.task.taskId, 'open');
      case 'TaskLeftOut':
        return this.accounts.task(event.runId, event.task.taskId, event.rule === '' ? 'nothing' : 'excluded');
      case 'TaskNotNeeded':
        return this.accounts.notNeeded(event, this.picture());
      default:
    }
  }

  private dispatched(event: Extract<RunEvent, { type: 'TaskDispatched' }>): void {
    const { attempt, taskId, runId } = event;
    const { attemptId, member, number } = attempt;
    const databaseGuid = taskId.split('/')[0] ?? '';
    const taskKey = `${runId} ${taskId}`;
    for (const [otherId, other] of this.liveAttempts) {
      if (other.databaseGuid === databaseGuid)
        this.violated(1, `${attemptId} was sent to ${member} while ${otherId} lives on ${other.member}`);
    }
    const before = this.lastNumber.get(taskKey) ?? 0;
    if (number !== before + 1) this.violated(3, `attempt ${number} of ${taskKey} follows attempt ${before}`);
    this.lastNumber.set(taskKey, number);
    this.liveAttempts.set(attemptId, { taskKey, databaseGuid, member, place: this.placeOf(member, databaseGuid) });
    this.withinLimits(attemptId, member, event.atMs);
    const window = this.windows.get(runId);
    if (window && !letsStart(window, event.atMs))
      this.violated(2, `${attemptId} was sent to ${member} outside the window of its run`);
    if (this.limits.isDrained(member)) this.violated(4, `${attemptId} was sent to ${member}, which is drained`);
    const why = ineligible(this.picture()?.databases.get(databaseGuid), member, attempt.role);
    if (why !== null) this.violated(4, `${attemptId} was sent to ${member}, and ${why}`);
  }

  /** Counts what lives wherever the new attempt counts. Only a start can be too much: a limit that is lowered stops nothing. */
  private withinLimits(attemptId: string, member: string, atMs: number): void {
    const live = [...this.liveAttempts.values()];
    const place = this.liveAttempts.get(attemptId)?.place;
    if (!place) return;
    for (const scope of COUNTED) {
      const nameIn = (each: Place): string => (scope === 'global' ? '' : each[scope]);
      const backups = live.filter((each) => nameIn(each.place) === nameIn(place)).length;
      const busy = backups + this.sessions.countIn(scope, nameIn(place));
      const most = this.limits.most(scope, nameIn(place));
      if (most !== null && busy > most)
        this.violated(2, `${busy} backups and restores live in ${scope} ${nameIn(place)}, its limit is ${most}`);
    }
    this.allowedWhenSent.set(attemptId, this.limits.most('member', member) ?? Number.POSITIVE_INFINITY);
    const gapMs = atMs - (this.lastDispatchAtMs.get(member) ?? Number.NEGATIVE_INFINITY);
    const leastMs = this.limits.leastGapMs(member);
    if (gapMs < leastMs)
      this.violated(2, `${member} was sent two starts ${gapMs} ms apart, at least ${leastMs} ms are wanted`);
    this.lastDispatchAtMs.set(member, atMs);
  }

  private restoreEvent(event: RestoreEvent): void {
    this.sessions.committed(event);
    const begun = event.type === 'RestoreTaskBegan' ? this.sessions.begun(event) : null;
    if (begun) this.restoreWithinLimits(begun.guid, begun.place);
  }

  /** A restore that begins has room beside everything but the backup of its own database, which ends first. */
  private restoreWithinLimits(guid: string | null, place: Place): void {
    const { restoresPerMember, sessionsPerStorageServer } = this.settings.restore;
    const live = [...this.liveAttempts.values()].filter(({ databaseGuid }) => databaseGuid !== guid);
    for (const scope of COUNTED) {
      const nameIn = (each: Place): string => (scope === 'global' ? '' : each[scope]);
      const restores = this.sessions.countIn(scope, nameIn(place));
      const own =
        scope === 'member' ? restoresPerMember : scope === 'storageServer' ? sessionsPerStorageServer : restores;
      if (restores > own)
        this.violated(2, `${restores} restores live in ${scope} ${nameIn(place)}, its limit is ${own}`);
      const most = this.limits.most(scope, nameIn(place));
      const allowed = scope === 'member' && most !== null ? Math.max(most, restoresPerMember) : most;
      const busy = restores + live.filter((each) => nameIn(each.place) === nameIn(place)).length;
      if (scope !== 'volume' && allowed !== null && busy > allowed)
        this.violated(2, `a restore begins as number ${busy} in ${scope} ${nameIn(place)}, its limit is ${allowed}`);
    }
  }

  private ended(event: Extract<RunEvent, { type: 'AttemptEnded' }>): void {
    const { attemptId, outcome, runId, taskId } = event;
    if (!this.liveAttempts.delete(attemptId))
      this.violated(3, `the end of ${attemptId} was taken, which is not a current attempt`);
    if (outcome === 'succeeded' && !this.succeededSessions.has(attemptId))
      this.violated(3, `${attemptId} counts as succeeded, and no backup of it ended well in Exchange`);
    this.endedBy.set(`${runId} ${taskId}`, event);
  }

  private completed(event: Extract<RunEvent, { type: 'TaskCompleted' }>): void {
    const key = `${event.runId} ${event.taskId}`;
    if (event.reason.trim() === '') this.violated(5, `${key} ended as ${event.status} without a reason`);
    if (this.finalTasks.get(key))
      this.violated(5, `${key} ended twice: ${this.finalTasks.get(key)}, then ${event.status}`);
    this.finalTasks.set(key, event.status);
    this.accounts.task(event.runId, event.taskId, event.status);
    if (event.status !== 'succeeded') return;
    const end = this.endedBy.get(key);
    const isCurrent = end?.outcome === 'succeeded' && end.attemptId.endsWith(`.${this.lastNumber.get(key)}`);
    if (!isCurrent) this.violated(3, `${key} succeeded without a report of its attempt ${this.lastNumber.get(key)}`);
  }

  private runCompleted(runId: string, reason: string): void {
    if (reason.trim() === '') this.violated(5, `run ${runId} ended without a reason`);
    for (const [key, status] of this.finalTasks) {
      if (key.startsWith(`${runId} `) && status === '') this.violated(5, `run ${runId} ended and ${key} did not`);
    }
  }
}

/** The rules of Exchange in their plainest form, written apart from the library that the product uses. */
function ineligible(database: DatabaseView | undefined, member: string, role: string): string | null {
  const copy = database?.copies.find((each) => each.member === member);
  if (!database || !copy) return 'the picture shows no copy there';
  if (copy.role !== role) return `the copy is ${copy.role}, the order says ${role}`;
  if (database.mounted !== true) return 'the database is not known to be mounted';
  if (database.backupInProgress !== false) return 'a backup may be in progress';
  if (copy.role === 'passive' && copy.replayLagMs !== 0) return 'the copy is lagged';
  if (copy.status !== (copy.role === 'active' ? 'Mounted' : 'Healthy')) return `the copy is ${copy.status}`;
  return null;
}
