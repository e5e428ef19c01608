import type { CopyStatus } from '#contracts';
import type { LiveCopy, LiveDatabase, LiveMember } from './overview.js';

const WELL: readonly CopyStatus[] = ['Mounted', 'Healthy', 'DisconnectedAndHealthy', 'SeedingSource'];
const ON_THE_WAY: readonly CopyStatus[] = [
  'Mounting',
  'Dismounting',
  'Resynchronizing',
  'DisconnectedAndResynchronizing',
  'Initializing',
  'Seeding',
  'SinglePageRestore',
];

export type Health = 'well' | 'changing' | 'ill';

export function copyHealth(copy: LiveCopy): Health {
  if (WELL.includes(copy.status)) return 'well';
  return ON_THE_WAY.includes(copy.status) ? 'changing' : 'ill';
}

/** What a person should look at, in words. */
export function databaseProblems(database: LiveDatabase, members: readonly LiveMember[]): readonly string[] {
  const ill = database.copies
    .filter((copy) => copyHealth(copy) === 'ill')
    .map((copy) => `the copy on ${nameOf(copy.member, members)} is ${copy.status}`);
  const dismounted = database.mounted === false && database.kind !== 'recovery' ? ['it is not mounted'] : [];
  const homeless = database.activeMember === null ? ['nobody knows where it is active'] : [];
  return [...homeless, ...dismounted, ...ill];
}

export function memberProblems(member: LiveMember): readonly string[] {
  const client = member.client.installed === false ? ['no backup client is installed'] : [];
  const agent =
    member.agent.state === 'silent'
      ? ['its agent is silent']
      : member.agent.state === 'never'
        ? ['no agent has ever reported from it']
        : [];
  return [...client, ...agent, ...member.warnings];
}

export function nameOf(memberId: string, members: readonly LiveMember[]): string {
  return members.find(({ id }) => id === memberId)?.name ?? memberId.toUpperCase();
}
