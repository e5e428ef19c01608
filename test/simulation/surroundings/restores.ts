import type { SimCopy, SimDatabase } from './databases.js';
import { MACHINE } from './process.js';
import type { Random } from './random.js';
import { refused } from './refused.js';
import type { Schedule } from './schedule.js';

/** One running tdpexcc that restores. */
export interface RestoreSession {
  readonly jobId: string;
  /** What it writes to; null: files in a folder, or a database that is gone. */
  readonly database: SimDatabase | null;
  readonly member: string;
  end(exitCode: number | null): void;
}

/** What one restore is asked for. */
export interface RestoreStart {
  readonly jobId: string;
  readonly member: string;
  readonly durationMs: number;
  readonly exitCode: number;
}

export interface RestoreObserver {
  /** The first byte of a database is written. */
  restoreStarted(session: RestoreSession, database: SimDatabase): void;
  /** Exchange refuses it: one recovery database is mounted on a member at a time. */
  secondRecovery(name: string, mounted: string, member: string): void;
}

const NOT_RESTORABLE_EXIT_CODE = 419;

/** What a restore does to Exchange's databases, by Exchange's rules (reference 5.1). */
export class SimRestores {
  readonly sessions = new Set<RestoreSession>();
  /** Each restored content is another one; copies with different contents do not replicate. */
  private contents = 0;

  constructor(
    private readonly schedule: Schedule,
    private readonly random: Random,
    private readonly observer: RestoreObserver,
    private readonly isDown: (member: string) => boolean,
    private readonly databases: () => readonly SimDatabase[],
    private readonly note: (what: () => string) => void,
  ) {}

  suspend(database: SimDatabase, member: string, comment: string): void {
    const copy = this.passive(database, member);
    if (copy.status === 'Suspended' || copy.status === 'FailedAndSuspended') return;
    copy.status = 'Suspended';
    copy.suspendComment = comment;
    this.note(() => `the copy of ${database.name} on ${member} is suspended`);
  }

  /** A copy that does not fit the active one any more fails instead of replicating. */
  /** A change of a copy is made at its own server. */
  private passive(database: SimDatabase, member: string): SimCopy {
    if (database.active === member) throw refused(`the copy of ${database.name} on ${member} is the active one`);
    if (this.isDown(member)) throw refused(`${member} does not answer`);
    return copyOn(database, member);
  }

  resume(database: SimDatabase, member: string): void {
    const copy = this.passive(database, member);
    const fits = copy.content === copyOn(database, database.active).content;
    copy.status = fits ? 'Healthy' : 'FailedAndSuspended';
    copy.suspendComment = fits ? null : copy.suspendComment;
    this.note(() => `the copy of ${database.name} on ${member} is resumed: ${copy.status}`);
  }

  reseed(database: SimDatabase, member: string): void {
    const copy = this.passive(database, member);
    if (copy.status === 'Seeding') return;
    if (!copy.status.endsWith('Suspended')) throw refused(`the copy of ${database.name} on ${member} is not suspended`);
    copy.status = 'Seeding';
    this.note(() => `the copy of ${database.name} on ${member} is reseeded`);
    this.schedule.after(this.random.int(1_000, 12_000), MACHINE, () => {
      if (copy.status !== 'Seeding' || database.active === member || this.isDown(member)) return;
      copy.content = copyOn(database, database.active).content;
      copy.suspendComment = null;
      copy.status = 'Healthy';
    });
  }

  dismount(database: SimDatabase): void {
    if (database.isMoving) throw refused(`${database.name} is moving`);
    database.mounted = false;
    copyOn(database, database.active).status = 'Dismounted';
    this.note(() => `${database.name} is dismounted`);
    database.session?.end(NOT_RESTORABLE_EXIT_CODE);
  }

  mount(database: SimDatabase): void {
    const copy = copyOn(database, database.active);
    if (this.isDown(database.active)) throw refused(`the server of ${database.name} is down`);
    if (database.isMoving) throw refused(`${database.name} is moving`);
    if (copy.content < 0) throw refused(`the files of ${database.name} are not complete`);
    const other = this.databases().find(
      (each) => each.recovery && each.mounted && each.active === database.active && each !== database,
    );
    if (database.recovery && other) {
      this.observer.secondRecovery(database.name, other.name, database.active);
      throw refused(`${other.name} is mounted on ${database.active}, and only one recovery database can be`);
    }
    database.mounted = true;
    copy.status = 'Mounted';
    this.note(() => `${database.name} is mounted`);
  }

  start(asked: RestoreStart, database: SimDatabase, onEnd: (exitCode: number | null) => void): RestoreSession {
    const { jobId, member } = asked;
    const copy = copyOn(database, member);
    const isRestorable = (): boolean =>
      database.active === member && !database.mounted && database.allowFileRestore && !database.isMoving;
    const session = this.begun(asked, database, (exitCode) => {
      if (exitCode === 0) copy.content = ++this.contents;
      this.note(() => `tdpexcc restore of ${database.name} on ${member} ended: ${exitCode ?? 'killed'}`);
      onEnd(exitCode);
    });
    if (!isRestorable()) {
      this.schedule.after(200, MACHINE, () => session.end(NOT_RESTORABLE_EXIT_CODE));
      return session;
    }
    copy.content = -1;
    this.note(() => `tdpexcc restores ${database.name} on ${member} (${jobId})`);
    this.observer.restoreStarted(session, database);
    this.schedule.after(asked.durationMs, MACHINE, () =>
      session.end(isRestorable() ? asked.exitCode : NOT_RESTORABLE_EXIT_CODE),
    );
    return session;
  }

  /** Files in a folder are nothing to Exchange; nor is a database that it does not know any more. */
  startElsewhere(asked: RestoreStart, onEnd: (exitCode: number | null) => void): RestoreSession {
    this.note(() => `tdpexcc restores files on ${asked.member} (${asked.jobId})`);
    const session = this.begun(asked, null, onEnd);
    this.schedule.after(asked.durationMs, MACHINE, () => session.end(asked.exitCode));
    return session;
  }

  private begun(
    { jobId, member }: RestoreStart,
    database: SimDatabase | null,
    onEnd: (exitCode: number | null) => void,
  ): RestoreSession {
    const session: RestoreSession = {
      jobId,
      database,
      member,
      end: (exitCode) => {
        if (this.sessions.delete(session)) onEnd(exitCode);
      },
    };
    this.sessions.add(session);
    return session;
  }
}

export function copyOn(database: SimDatabase, member: string): SimCopy {
  const copy = database.copies.find((each) => each.member === member);
  if (!copy) throw refused(`${database.name} has no copy on ${member}`);
  return copy;
}
