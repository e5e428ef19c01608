import type { DatabaseView } from '#contracts';
import { databaseProblems } from '../../health.js';
import { formatDuration } from '../../progress/format.js';
import { inAnswer, these, type Check } from '../finding.js';
import { NAMES_MAX } from '../limits.js';
import { counted, listed } from '../words.js';

const SEE = 'dagctl databases --problems';
const HOUR_MS = 3_600_000;

/** Is every database mounted, are its copies well, and can one of them be backed up. */
export const checkDatabases: Check = ({ snapshot }, say) =>
  inAnswer(snapshot, say, (inventory) => {
    const found = inNaturalOrder(inventory.databases).flatMap((database) => {
      const problems = databaseProblems(database, inventory.members);
      if (problems.length === 0) return [];
      const text = `${database.name}: ${problems.map((problem) => problem.text).join('; ')}.`;
      return [problems.some(({ isGrave }) => isGrave) ? say.problem(text, SEE) : say.warning(text, SEE)];
    });
    // Of more than are told one by one, those that hurt come first.
    const gravest = found.toSorted((a, b) => Number(b.state === 'problem') - Number(a.state === 'problem'));
    return these(gravest, say, {
      see: SEE,
      well: () =>
        `${counted(inventory.databases.length, 'database')}: nothing is wrong with any, nor with their copies.`,
    });
  });

/** Has every database a backup, and is it young enough. */
export const checkBackups: Check = ({ snapshot, backupAgeMs }, say) =>
  inAnswer(snapshot, say, ({ databases, takenAt }) => {
    const sources = inNaturalOrder(databases.filter(({ kind }) => kind !== 'recovery'));
    const takenAtMs = Date.parse(takenAt);
    const ages = sources.map((database) => ({ name: database.name, ageMs: ageOfNewest(database, takenAtMs) }));
    const bare = ages.filter(({ ageMs }) => ageMs === Infinity);
    const old = ages.filter(({ ageMs }) => ageMs !== Infinity && ageMs > backupAgeMs);
    const found = [];
    if (bare.length > 0) {
      const text = `Exchange knows of no backup of ${listed(bare.map(({ name }) => name))}. Back them up.`;
      found.push(say.warning(text, backupCommand(bare, backupAgeMs)));
    }
    if (old.length > 0) {
      const which = listed(old.map(({ name, ageMs }) => `${name} (${formatDuration(ageMs)})`));
      const text = `No backup is younger than ${formatDuration(backupAgeMs)} of ${which}. See why they were not backed up, or back them up.`;
      found.push(say.warning(text, backupCommand(old, backupAgeMs)));
    }
    const oldestMs = Math.max(0, ...ages.map(({ ageMs }) => ageMs));
    return these(found, say, {
      well: () =>
        sources.length === 0
          ? 'There is no database to back up.'
          : `The newest backup of each of ${counted(sources.length, 'database')} is at most ${formatDuration(oldestMs)} old.`,
    });
  });

/** By Exchange's own record, whatever kind of backup it is; infinite: there is none. A record from the future is as young as can be. */
function ageOfNewest(database: DatabaseView, nowMs: number): number {
  const { lastFullBackupAt, lastIncrementalBackupAt, lastDifferentialBackupAt, lastCopyBackupAt } = database;
  const moments = [lastFullBackupAt, lastIncrementalBackupAt, lastDifferentialBackupAt, lastCopyBackupAt]
    .filter((at) => typeof at === 'string')
    .map((at) => Date.parse(at));
  return Math.max(0, nowMs - Math.max(...moments));
}

/** Names as long as they can be typed; then whatever is due. */
function backupCommand(databases: readonly { readonly name: string }[], backupAgeMs: number): string {
  if (databases.length <= NAMES_MAX) {
    return `dagctl backup --database ${databases.map(({ name }) => quoted(name)).join(',')} --wait`;
  }
  const interval = backupAgeMs % HOUR_MS === 0 ? `${backupAgeMs / HOUR_MS}h` : `${Math.ceil(backupAgeMs / 1_000)}s`;
  return `dagctl backup --min-interval ${interval} --wait`;
}

function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${name}"`;
}

function inNaturalOrder(databases: readonly DatabaseView[]): readonly DatabaseView[] {
  return databases.toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}
