import { displayName, type CopyView, type DatabaseView, type InventorySnapshot, type MemberView } from '#contracts';

const WELL: readonly CopyView['status'][] = ['Mounted', 'Healthy'];

/** What stands against a database: `grave` where users or every backup of it are affected. */
export interface DatabaseProblem {
  readonly text: string;
  readonly isGrave: boolean;
}

/** Recovery databases are dismounted, alone and without a backup when all is well. */
export function databaseProblems(database: DatabaseView, snapshot: InventorySnapshot): readonly DatabaseProblem[] {
  if (database.kind === 'recovery') return [];
  const problems: DatabaseProblem[] = [];
  const add = (text: string, isGrave: boolean): void => void problems.push({ text, isGrave });
  if (database.activeMember === null) add('no active copy is known', true);
  if (database.mounted === false) add('dismounted', true);
  if (database.mounted === null) add('not known whether it is mounted', false);
  for (const copy of database.copies) {
    if (!WELL.includes(copy.status)) add(`copy on ${displayName(copy.member)} is ${copy.status}`, false);
  }
  const able = database.copies.filter(({ member }) => canBackUp(snapshot.members.find(({ id }) => id === member)));
  if (able.length === 0) add('no copy is on a member with a working client and agent', true);
  return problems;
}

/** What a person should look at, in words; empty for a database that is well and has a backup. */
export function problemsOf(database: DatabaseView, snapshot: InventorySnapshot): readonly string[] {
  const problems = databaseProblems(database, snapshot).map(({ text }) => text);
  const isBare = database.kind !== 'recovery' && database.lastFullBackupAt === null;
  return isBare ? [...problems, 'no full backup is known'] : problems;
}

function canBackUp(member: MemberView | undefined): boolean {
  return member?.agent.state === 'alive' && member.client.installed === true;
}
