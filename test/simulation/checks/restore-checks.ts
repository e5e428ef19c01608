import type { Commit } from '../../../apps/conductor/src/application/ports.js';
import { isRestoreEvent } from '../../../apps/conductor/src/domain/conductor.events.js';
import type { RestoreEvent } from '../../../apps/conductor/src/restore/restore.events.js';
import type { SimDatabase } from '../surroundings/databases.js';
import type { RestoreSession } from '../surroundings/restores.js';
import { AlarmWatch } from './alarm-watch.js';

const LOOK_EVERY_MS = 500;

/** Sees what a restore leaves in Exchange, and whether a backup runs beside it: invariants 6 and 7, by books of its own. */
export class RestoreChecks {
  /** Databases whose restore has touched something and is not over, by GUID: the run. */
  private readonly touching = new Map<string, string>();
  private readonly standing = new Set<string>();
  private readonly alarms: AlarmWatch;
  private lookedAtMs = 0;
  restoresEnded = 0;

  constructor(
    private readonly violated: (invariant: 6 | 7, what: string) => void,
    private readonly databases: () => readonly SimDatabase[],
    private readonly isDown: (member: string) => boolean,
    private readonly nowMs: () => number,
  ) {
    this.alarms = new AlarmWatch(
      (what) => violated(6, what),
      (guid, runId) => {
        const database = databases().find((each) => each.guid === guid);
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
  backupStarted({ guid, name }: SimDatabase, attemptId: string): void {
    if (this.touching.has(guid))
      this.violated(7, `backup ${attemptId} of ${name} starts while its restore is under way`);
  }

  restoreStarted({ database, jobId }: RestoreSession): void {
    const { session } = database;
    if (session?.attemptId) this.violated(7, `${jobId} writes ${database.name} while ${session.attemptId} backs it up`);
    if (!this.touching.has(database.guid))
      this.violated(7, `${jobId} writes ${database.name}, and no restore of it is under way`);
  }

  /** Time has passed. */
  passed(isConducted: boolean): void {
    if (this.nowMs() - this.lookedAtMs < LOOK_EVERY_MS) return;
    this.lookedAtMs = this.nowMs();
    this.alarms.look(this.lookedAtMs, isConducted);
  }

  /** Long after the last fault: what is left has its alarm. */
  finished(): void {
    for (const database of this.databases()) {
      const left = leftoversOf(database, this.isDown);
      if (left !== null && !this.standing.has(database.guid)) this.violated(6, `${left}, and no alarm stands`);
    }
  }

  private follow(event: RestoreEvent): void {
    switch (event.type) {
      case 'RestoreStepOrdered':
        if (event.step.purpose !== 'look') this.touching.set(event.step.databaseGuid ?? '', event.runId);
        return;
      case 'AlarmRaised':
        if (event.kind === 'attention') this.standing.add(event.taskId);
        return;
      default:
    }
  }

  private ended({ runId, taskId, status }: Extract<RestoreEvent, { type: 'RestoreTaskEnded' }>): void {
    this.restoresEnded += 1;
    // Of a task that never had its turn, nothing is said.
    if (this.touching.get(taskId) !== runId) return;
    this.touching.delete(taskId);
    const database = this.databases().find(({ guid }) => guid === taskId);
    if (!database) return;
    if (status === 'needsAttention') {
      if (!this.standing.has(taskId))
        this.violated(6, `the restore of ${database.name} needs attention, and no alarm was raised with it`);
      return;
    }
    const left = leftoversOf(database, this.isDown, runId);
    if (left !== null) this.violated(6, `the restore ended as ${status}, and ${left}`);
    const contents = new Set(
      database.copies.filter(({ member }) => !this.isDown(member)).map(({ content }) => content),
    );
    if (contents.size > 1)
      this.violated(6, `the restore of ${database.name} ended as ${status}, and its copies differ`);
    if (status === 'succeeded' && [...contents].some((content) => content <= 0))
      this.violated(6, `the restore of ${database.name} ended as succeeded, and it was not restored`);
  }
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
