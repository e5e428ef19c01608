import type { Commit } from '../../../apps/conductor/src/application/ports.js';
import { isRestoreEvent } from '../../../apps/conductor/src/domain/conductor.events.js';
import type { RestoreEvent, RestoreEventOf, TaskTarget } from '../../../apps/conductor/src/restore/restore.events.js';
import type { SimDatabase } from '../surroundings/databases.js';
import type { RestoreSession } from '../surroundings/restores.js';
import { AlarmWatch } from './alarm-watch.js';

const LOOK_EVERY_MS = 500;

/** Sees what a restore leaves in Exchange, and whether a backup runs beside it: invariants 6 and 7, by books of its own. */
export class RestoreChecks {
  private readonly targets = new Map<string, TaskTarget>();
  /** Databases whose restore has touched something and is not over, by name: its task. */
  private readonly touching = new Map<string, string>();
  /** Databases that somebody was told to look after, by name. */
  private readonly standing = new Set<string>();
  /** Databases that a restore made and left behind as it was asked to, by name. */
  private readonly made = new Set<string>();
  private readonly alarms: AlarmWatch;
  private lookedAtMs = 0;
  restoresEnded = 0;

  constructor(
    private readonly violated: (invariant: 2 | 6 | 7, what: string) => void,
    private readonly databases: () => readonly SimDatabase[],
    private readonly isDown: (member: string) => boolean,
    private readonly nowMs: () => number,
  ) {
    this.alarms = new AlarmWatch(
      (what) => violated(6, what),
      (task, runId) => {
        const database = this.find(this.nameOf(task));
        return database ? leftoversOf(database, isDown, runId) : null;
      },
    );
  }

  committed({ events }: Commit): void {
    for (const { event } of events) {
      if (!isRestoreEvent(event)) continue;
      this.follow(event);
      this.alarms.committed(event, this.nowMs());
    }
    for (const { event } of events) if (event.type === 'RestoreTaskEnded') this.ended(event);
  }

  /** One of our backups begins to read a database. */
  backupStarted({ name }: SimDatabase, attemptId: string): void {
    if (this.touching.has(name))
      this.violated(7, `backup ${attemptId} of ${name} starts while its restore is under way`);
  }

  restoreStarted({ jobId }: RestoreSession, { name, session }: SimDatabase): void {
    if (session?.attemptId) this.violated(7, `${jobId} writes ${name} while ${session.attemptId} backs it up`);
    if (!this.touching.has(name)) this.violated(7, `${jobId} writes ${name}, and no restore of it is under way`);
  }

  secondRecovery(name: string, mounted: string, member: string): void {
    this.violated(2, `${name} is to be mounted on ${member}, where the recovery database ${mounted} is mounted`);
  }

  /** Time has passed. */
  passed(isConducted: boolean): void {
    if (this.nowMs() - this.lookedAtMs < LOOK_EVERY_MS) return;
    this.lookedAtMs = this.nowMs();
    this.alarms.look(this.lookedAtMs, isConducted);
  }

  /** Long after the last fault: what is left has its alarm, and what was asked for is there. */
  finished(): void {
    for (const database of this.databases()) {
      const left = leftoversOf(database, this.isDown);
      if (left !== null && !this.standing.has(database.name)) this.violated(6, `${left}, and no alarm stands`);
      const isOurs = database.recovery && !this.made.has(database.name) && !this.standing.has(database.name);
      if (isOurs && !this.isDown(database.active))
        this.violated(6, `${database.name} was made by a restore that is over without it, and no alarm stands`);
    }
    for (const name of this.made)
      if (!this.find(name)) this.violated(6, `${name} was restored, nobody asked to remove it, and it is gone`);
  }

  private find(name: string | null): SimDatabase | undefined {
    return this.databases().find((database) => database.name === name);
  }

  /** What the task writes to in Exchange; null: nothing. */
  private nameOf(task: string): string | null {
    const target = this.targets.get(task);
    return target === undefined || target.kind === 'files' ? null : target.name;
  }

  private follow(event: RestoreEvent): void {
    switch (event.type) {
      case 'RestorePlanned':
        for (const { taskId, target } of event.tasks) this.targets.set(keyOf(event.runId, taskId), target);
        return;
      case 'RestoreStepOrdered': {
        const name = this.nameOf(keyOf(event.runId, event.taskId));
        if (event.step.purpose !== 'look' && name !== null) this.touching.set(name, keyOf(event.runId, event.taskId));
        return;
      }
      case 'AlarmRaised': {
        const name = this.nameOf(keyOf(event.runId, event.taskId));
        if (event.kind === 'attention' && name !== null) this.standing.add(name);
        return;
      }
      default:
    }
  }

  private ended(event: RestoreEventOf<'RestoreTaskEnded'>): void {
    this.restoresEnded += 1;
    const task = keyOf(event.runId, event.taskId);
    const name = this.nameOf(task);
    // Of a task that never had its turn, and of files in a folder, nothing is said.
    if (name === null || this.touching.get(name) !== task) return;
    this.touching.delete(name);
    if (event.status === 'needsAttention') {
      if (!this.standing.has(name))
        this.violated(6, `the restore of ${name} needs attention, and no alarm was raised with it`);
      return;
    }
    const target = this.targets.get(task);
    if (target?.kind === 'over') this.endedOver(name, event);
    else if (target?.kind === 'new') this.endedNew(name, event);
    else if (event.status === 'succeeded') this.endedRemoval(name);
  }

  private endedOver(name: string, { status, runId, remainingCommands }: RestoreEventOf<'RestoreTaskEnded'>): void {
    const database = this.find(name);
    if (!database) return this.violated(6, `the restore of ${name} ended as ${status}, and it is gone`);
    const left = leftoversOf(database, this.isDown, runId);
    if (left !== null) this.violated(6, `the restore ended as ${status}, and ${left}`);
    const contents = new Set(
      database.copies.filter(({ member }) => !this.isDown(member)).map(({ content }) => content),
    );
    if (contents.size > 1) this.violated(6, `the restore of ${name} ended as ${status}, and its copies differ`);
    if (status !== 'succeeded') return;
    if ([...contents].some((content) => content <= 0))
      this.violated(6, `the restore of ${name} ended as succeeded, and it was not restored`);
    const isLeftOut = database.copies.some((copy) => copy.content !== [...contents][0]);
    if (isLeftOut && (remainingCommands.length === 0 || !this.standing.has(name)))
      this.violated(6, `a copy of ${name} was left out of its restore, and nobody was told`);
  }

  private endedNew(name: string, { status }: RestoreEventOf<'RestoreTaskEnded'>): void {
    const database = this.find(name);
    if (status !== 'succeeded') return;
    this.made.add(name);
    if (!database) return this.violated(6, `${name} is said to be restored, and does not exist`);
    const left = leftoversOf(database, this.isDown);
    if (left !== null) this.violated(6, `the restore ended as succeeded, and ${left}`);
    if ((database.copies[0]?.content ?? 0) <= 0)
      this.violated(6, `the restore into ${name} ended as succeeded, and nothing was restored`);
  }

  private endedRemoval(name: string): void {
    this.made.delete(name);
    if (this.find(name)) this.violated(6, `${name} is said to be removed, and exists`);
  }
}

function keyOf(runId: string, taskId: string): string {
  return `${runId} ${taskId}`;
}

/** What of a restore is still in Exchange, in words; null: nothing. A database between two members is mounted in a moment. */
function leftoversOf(database: SimDatabase, isDown: (member: string) => boolean, runId = ''): string | null {
  const { name, active, mounted, isMoving, allowFileRestore, copies } = database;
  if (allowFileRestore) return `${name} still allows its files to be overwritten`;
  if (!mounted && !isMoving && !isDown(active)) return `${name} is dismounted`;
  const copy = copies.find(
    ({ suspendComment, member }) =>
      suspendComment?.startsWith(`restore ${runId}`) && member !== active && !isDown(member),
  );
  return copy ? `the copy of ${name} on ${copy.member} is suspended (${copy.suspendComment})` : null;
}
