import type { DatabaseView, DoctorFinding } from '#contracts';
import { databaseProblems } from '../../database-problems.js';
import { formatDuration } from '../../progress/format.js';
import type { DoctorFacts } from '../facts.js';
import { inAnswer, limited } from '../finding.js';
import { NAMES_MAX } from '../limits.js';
import { counted, listed } from '../words.js';

const SEE = 'dagctl databases --problems';

/** Is every database mounted, are its copies well, and can one of them be backed up. */
export function checkDatabases({ snapshot }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('databases', snapshot, (inventory, say) => {
    const found = inNaturalOrder(inventory.databases).flatMap((database) => {
      const problems = databaseProblems(database, inventory);
      if (problems.length === 0) return [];
      const text = `${database.name}: ${problems.map((problem) => problem.text).join('; ')}.`;
      return [problems.some(({ isGrave }) => isGrave) ? say.problem(text, SEE) : say.warning(text, SEE)];
    });
    // Of more than are told one by one, those that hurt come first.
    const gravest = found.toSorted((a, b) => Number(b.state === 'problem') - Number(a.state === 'problem'));
    return gravest.length > 0
      ? limited(gravest, say, SEE)
      : [say.ok(`${counted(inventory.databases.length, 'database')}: each is mounted, and every copy is well.`)];
  });
}

/** Has every database a backup, and is it young enough. */
export function checkBackups({ snapshot, backupAgeMs }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('backups', snapshot, ({ databases, takenAt }, say) => {
    const sources = inNaturalOrder(databases.filter(({ kind }) => kind !== 'recovery'));
    const takenAtMs = Date.parse(takenAt);
    const ages = sources.map((database) => ({ name: database.name, ageMs: ageOfNewest(database, takenAtMs) }));
    const bare = ages.filter(({ ageMs }) => ageMs === null).map(({ name }) => name);
    const old = ages.flatMap(({ name, ageMs }) => (ageMs !== null && ageMs > backupAgeMs ? [{ name, ageMs }] : []));
    const found = [
      ...(bare.length === 0
        ? []
        : [
            say.warning(
              `Exchange knows of no backup of ${listed(bare)}. Back them up.`,
              backupCommand(bare, backupAgeMs),
            ),
          ]),
      ...(old.length === 0
        ? []
        : [
            say.warning(
              `No backup is younger than ${formatDuration(backupAgeMs)} of ${listed(old.map(({ name, ageMs }) => `${name} (${formatDuration(ageMs)})`))}. See why they were not backed up, or back them up.`,
              backupCommand(
                old.map(({ name }) => name),
                backupAgeMs,
              ),
            ),
          ]),
    ];
    if (found.length > 0) return found;
    const oldestMs = Math.max(0, ...ages.map(({ ageMs }) => ageMs ?? 0));
    return [
      say.ok(
        sources.length === 0
          ? 'There is no database to back up.'
          : `The newest backup of each of ${counted(sources.length, 'database')} is at most ${formatDuration(oldestMs)} old.`,
      ),
    ];
  });
}

/** By Exchange's own record, whatever kind of backup it is; null: there is none. A record from the future is as young as can be. */
function ageOfNewest(database: DatabaseView, nowMs: number): number | null {
  const { lastFullBackupAt, lastIncrementalBackupAt, lastDifferentialBackupAt, lastCopyBackupAt } = database;
  const moments = [lastFullBackupAt, lastIncrementalBackupAt, lastDifferentialBackupAt, lastCopyBackupAt]
    .filter((at) => typeof at === 'string')
    .map((at) => Date.parse(at));
  return moments.length === 0 ? null : Math.max(0, nowMs - Math.max(...moments));
}

/** Names as long as they can be typed; then whatever is due. */
function backupCommand(names: readonly string[], backupAgeMs: number): string {
  if (names.length <= NAMES_MAX) return `dagctl backup --database ${names.map(quoted).join(',')} --wait`;
  return `dagctl backup --min-interval ${Math.round(backupAgeMs / 1_000)}s --wait`;
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${name}"`;
}

function inNaturalOrder(databases: readonly DatabaseView[]): readonly DatabaseView[] {
  return databases.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
