import type { DatabaseStatus, WorldStatus } from '../../lab/src/world/index.js';

/** Between which two steps a restore over the original database is, with two passive copies, in the order in which they come. */
export const MOMENTS = [
  'nothing was touched yet',
  'one copy is suspended',
  'both copies are suspended',
  'the database is dismounted',
  'its files may be overwritten',
  'its files are half written',
  'its files are written',
  'it is mounted again',
  'one copy is being made anew',
  'one copy is made anew',
  'both copies are made anew',
] as const;
export type Moment = (typeof MOMENTS)[number];

/** By what Exchange and the client show, not by what the product says. `restoresBefore` counts what was restored before this restore. */
export function momentOf(world: WorldStatus, name: string, restoresBefore: number): Moment {
  const database = world.databases.find((each) => each.name === name);
  if (database === undefined) throw new Error(`the lab has no database ${name}`);
  const restore = world.restores.slice(restoresBefore).findLast(({ target }) => target === name);
  if (restore === undefined) return before(database);
  if (restore.endedAt === null || restore.outcome !== 'succeeded') return 'its files are half written';
  return database.mounted ? after(database) : 'its files are written';
}

function before({ mounted, allowFileRestore, copies }: DatabaseStatus): Moment {
  if (!mounted) return allowFileRestore ? 'its files may be overwritten' : 'the database is dismounted';
  const suspended = copies.filter(({ status }) => status === 'Suspended').length;
  if (suspended === 0) return 'nothing was touched yet';
  return suspended === 1 ? 'one copy is suspended' : 'both copies are suspended';
}

function after({ copies }: DatabaseStatus): Moment {
  const passives = copies.filter(({ role }) => role === 'passive');
  const anew = passives.filter(({ status }) => status === 'Healthy' || status === 'Initializing').length;
  if (anew > 0) return anew === passives.length ? 'both copies are made anew' : 'one copy is made anew';
  return passives.some(({ status }) => status === 'Seeding') ? 'one copy is being made anew' : 'it is mounted again';
}
