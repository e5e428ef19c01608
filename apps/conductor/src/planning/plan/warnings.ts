import type { BackupType, DatabaseView } from '#contracts';
import { memberName, type World } from '../../domain/world.js';
import { areLogsAssumed, LOG_SHARE_ASSUMED } from '../estimate.js';
import type { Plan } from './plan.js';

/** Databases named in one warning. */
const NAMED_MAX = 20;

/** Who did not answer, what nobody else can tell of, what is fewer than wanted, and what is a guess. */
export function warningsAbout(
  plan: Plan,
  missing: readonly string[],
  world: World,
  type: BackupType,
): readonly string[] {
  const selected = [...new Set(plan.tasks.map(({ task }) => task.databaseGuid))].flatMap(
    (guid) => world.databases.get(guid) ?? [],
  );
  return [...missing.map((member) => silence(member, selected, world)), ...fewer(plan), ...assumed(plan, type, world)];
}

function silence(member: string, databases: readonly DatabaseView[], world: World): string {
  const only = databases
    .filter((database) => database.copies.length > 0 && database.copies.every((copy) => copy.member === member))
    .map((database) => database.name);
  const holds = only.length > 0 ? `; only it holds ${only.join(', ')}` : '';
  return `${memberName(world, member)} did not report in time${holds}`;
}

function fewer({ tasks }: Plan): readonly string[] {
  const names = tasks.flatMap(({ task, outcome }) =>
    outcome.kind === 'leftOut' && outcome.leftOut === 'fewerCopies' ? [task.databaseName] : [],
  );
  return names.length > 0
    ? [
        `fewer backups than wanted, for want of members with a passive copy that can be backed up: ${[...new Set(names)].join(', ')}`,
      ]
    : [];
}

/** Whose bytes are a guess, because nobody could count their logs. */
function assumed({ tasks }: Plan, type: BackupType, world: World): readonly string[] {
  const names = new Set(
    tasks.flatMap(({ task, outcome }) => {
      const database = world.databases.get(task.databaseGuid);
      return outcome.kind === 'placed' && database && areLogsAssumed(database, type) ? [task.databaseName] : [];
    }),
  );
  if (names.size === 0) return [];
  const more = names.size > NAMED_MAX ? ` and ${names.size - NAMED_MAX} more` : '';
  const share = `${LOG_SHARE_ASSUMED * 100} %`;
  return [
    `estimated: nobody could count the logs since the last backup of ${[...names].slice(0, NAMED_MAX).join(', ')}${more}; ${share} of the database is assumed`,
  ];
}
