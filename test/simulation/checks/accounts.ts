import type { RunEventOf } from '../../../apps/conductor/src/domain/run.events.js';
import type { World } from '../../../apps/conductor/src/domain/world.js';

/** Words that a green run may use of the tasks of a database. */
const GREEN: ReadonlySet<string> = new Set(['succeeded', 'notNeeded', 'excluded']);

/**
 * Books about databases instead of tasks: whatever the conductor's picture showed when a run was planned must be told of by that run,
 * and a run that says all is well must not have left one behind.
 */
export class Accounts {
  /** What was said last of each task, by run and by database. */
  private readonly said = new Map<string, Map<string, Map<string, string>>>();

  constructor(private readonly violated: (what: string) => void) {}

  task(runId: string, taskId: string, word: string): void {
    const guid = taskId.split('/')[0] ?? '';
    const databases = this.said.get(runId) ?? new Map<string, Map<string, string>>();
    const tasks = databases.get(guid) ?? new Map<string, string>();
    this.said.set(runId, databases.set(guid, tasks.set(taskId, word)));
  }

  notNeeded({ runId, task, proof, reason }: RunEventOf<'TaskNotNeeded'>, picture: World | null): void {
    const database = picture?.databases.get(task.databaseGuid);
    const headers = [database?.lastFullBackupAt, database?.lastCopyBackupAt];
    if (!headers.includes(proof.at))
      this.violated(`${task.databaseName} is said to need no backup (${reason}), and no header says so`);
    this.task(runId, task.taskId, 'notNeeded');
  }

  planned({ runId, knownDatabases, excluded }: RunEventOf<'RunPlanned'>, picture: World | null): void {
    const databases = this.said.get(runId) ?? new Map<string, Map<string, string>>();
    this.said.set(runId, databases);
    for (const { rule, databases: left } of excluded) {
      for (const { guid, name } of left) {
        if (databases.has(guid)) this.violated(`run ${runId} has a task for ${name} and excludes it by ${rule}`);
        this.task(runId, guid, 'excluded');
      }
    }
    const known = [...(picture?.databases.values() ?? [])];
    if (known.length !== knownDatabases)
      this.violated(`run ${runId} counts ${knownDatabases} databases, the inventory told of ${known.length}`);
    const forgotten = known.filter(({ guid }) => !databases.has(guid)).map(({ name }) => name);
    if (forgotten.length > 0) this.violated(`run ${runId} says nothing of ${forgotten.join(', ')}`);
  }

  completed({ runId, exitCode }: RunEventOf<'RunCompleted'>): void {
    if (exitCode !== 0) return;
    for (const [guid, tasks] of this.said.get(runId) ?? []) {
      const bad = [...tasks].find(([, word]) => !GREEN.has(word));
      if (bad) this.violated(`run ${runId} is green and ${bad[0]} is ${bad[1]} (${guid})`);
    }
  }
}
