import type { CopyStatus, CopyView, DatabaseView, MemberView } from '#contracts';

/** What is wrong with databases and their copies. The page of the console takes this file alone, so nothing here may need a broker. */

/** `changing` passes by itself, as a rule; `ill` does not. */
export type Health = 'well' | 'changing' | 'ill';

const WELL: readonly CopyStatus[] = ['Mounted', 'Healthy'];
const CHANGING: readonly CopyStatus[] = [
  'Mounting',
  'Dismounting',
  'Resynchronizing',
  'DisconnectedAndHealthy',
  'DisconnectedAndResynchronizing',
  'Initializing',
  'Seeding',
  'SeedingSource',
  'SinglePageRestore',
];

type SeenCopy = Pick<CopyView, 'member' | 'status'>;

interface SeenDatabase extends Pick<DatabaseView, 'kind' | 'activeMember' | 'mounted' | 'lastFullBackupAt'> {
  readonly copies: readonly SeenCopy[];
}

interface SeenMember extends Pick<MemberView, 'id' | 'name' | 'client'> {
  readonly agent: Pick<MemberView['agent'], 'state'>;
}

export function copyHealth({ status }: Pick<SeenCopy, 'status'>): Health {
  if (WELL.includes(status)) return 'well';
  return CHANGING.includes(status) ? 'changing' : 'ill';
}

/** What stands against a database: `grave` where users or every backup of it are affected. */
export interface DatabaseProblem {
  readonly text: string;
  readonly isGrave: boolean;
}

/** Recovery databases are dismounted, alone and without a backup when all is well. */
export function databaseProblems(database: SeenDatabase, members: readonly SeenMember[]): readonly DatabaseProblem[] {
  if (database.kind === 'recovery') return [];
  const problems: DatabaseProblem[] = [];
  const add = (text: string, isGrave: boolean): void => void problems.push({ text, isGrave });
  if (database.activeMember === null) add('no active copy is known', true);
  if (database.mounted === false) add('dismounted', true);
  if (database.mounted === null) add('not known whether it is mounted', false);
  for (const copy of database.copies) {
    if (copyHealth(copy) === 'ill') add(`copy on ${nameOf(copy.member, members)} is ${copy.status}`, false);
  }
  const able = database.copies.filter(({ member }) => canBackUp(members.find(({ id }) => id === member)));
  if (able.length === 0) add('no copy is on a member with a working client and agent', true);
  return problems;
}

/** What a person should look at, in words; empty for a database that is well and has a backup. */
export function problemsOf(database: SeenDatabase, members: readonly SeenMember[]): readonly string[] {
  const problems = databaseProblems(database, members).map(({ text }) => text);
  const isBare = database.kind !== 'recovery' && database.lastFullBackupAt === null;
  return isBare ? [...problems, 'no full backup is known'] : problems;
}

/** As Exchange writes it, where it is known. */
export function nameOf(memberId: string, members: readonly Pick<SeenMember, 'id' | 'name'>[]): string {
  return members.find(({ id }) => id === memberId)?.name ?? memberId.toUpperCase();
}

function canBackUp(member: SeenMember | undefined): boolean {
  return member?.agent.state === 'alive' && member.client.installed === true;
}
