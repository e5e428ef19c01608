import { randomUUID } from 'node:crypto';
import { fractionOf } from './content.js';
import { NotNowError } from './errors.js';
import { stoppedMembers } from './reachable.js';
import { abortRestoreOf } from './restores.js';
import type { CopyRow, DatabaseRow, MoveCategory, MoveInitiator } from './rows.js';
import { abortSeeds } from './seeding.js';
import { abortBackupOf } from './sessions.js';
import { effectiveStatus, fitsActive } from './state.js';
import type { WorldStore } from './store.js';

/**
 * Moves of the active copy. A move begins here: the backup is forgotten, a restore or a seed is cut off, and the database is
 * dismounted. The engine, as Exchange's Active Manager, completes it; what was dismounted before stays so. No move of the lab
 * loses logs (Exchange's ACLL always succeeds), unless the files that it leaves are half overwritten.
 */

export interface BegunMove {
  readonly operationId: string;
  readonly databaseGuid: string;
  readonly database: string;
  readonly from: string;
  readonly to: string;
}

const MOVE_MIN_MS = 500;
const MOVE_SPREAD_MS = 400;

const FAILOVER_TARGETS: readonly string[] = [
  'Healthy',
  'DisconnectedAndHealthy',
  'DisconnectedAndResynchronizing',
  'SeedingSource',
  'Initializing',
];

/** An administrator's move to a healthy copy. */
export function switchover(store: WorldStore, database: string, to: string, now = Date.now()): BegunMove {
  return store.immediate(() => startMove(store, database, to, 'switchover', 'Admin', now));
}

/** An unplanned move. */
export function failover(store: WorldStore, database: string, to: string, now = Date.now()): BegunMove {
  return store.immediate(() => startMove(store, database, to, 'failover', 'Automatic', now));
}

function startMove(
  store: WorldStore,
  databaseName: string,
  memberName: string,
  category: MoveCategory,
  initiator: MoveInitiator,
  now: number,
): BegunMove {
  const database = store.database(databaseName);
  const to = store.member(memberName).name;
  const problem = problemWithMove(store, database, to, category);
  if (problem !== null) throw new NotNowError([`cannot move ${database.name} to ${to}: ${problem}`]);
  return beginMove(store, database, to, category, initiator, now);
}

function problemWithMove(store: WorldStore, database: DatabaseRow, to: string, category: MoveCategory): string | null {
  const copies = store.copiesOf(database.guid);
  const target = copies.find((copy) => copy.member === to);
  const others = copies.filter((copy) => copy.member !== database.activeMember).map((copy) => copy.member);
  if (others.length === 0) return `it has no other copy than the one on ${database.activeMember}`;
  if (target === undefined) return `it has no copy there; its passive copies are on ${others.join(', ')}`;
  if (database.moveId !== null) return `it is already moving to ${database.moveTo ?? 'another member'}`;
  if (to === database.activeMember) return `it is active there already; its passive copies are on ${others.join(', ')}`;
  // While it is mounted: a dismounted database may have been restored, and its former data is then what can still be mounted.
  if (target.integrity === 'incomplete' || (database.mounted === 1 && !fitsActive(target, database, copies)))
    return 'the copy there has diverged from the active one, or is half written';
  const status = effectiveStatus(target, database, stoppedMembers(store));
  if (category === 'failover') return FAILOVER_TARGETS.includes(status) ? null : `the copy there is ${status}`;
  if (target.replayLagMs > 0) return 'the copy there is lagged';
  return status === 'Healthy' ? null : `the copy there is ${status}, and a switchover needs a Healthy one`;
}

/** Must run inside a transaction, on a move that was found possible. */
export function beginMove(
  store: WorldStore,
  database: DatabaseRow,
  to: string,
  category: MoveCategory,
  initiator: MoveInitiator,
  now: number,
): BegunMove {
  const operationId = randomUUID();
  const from = database.activeMember;
  const reason = `the database is moving from ${from} to ${to}`;
  abortBackupOf(store, database.guid, reason, now);
  abortRestoreOf(store, database.guid, reason, now);
  abortSeeds(store, database.guid, null, reason);
  store.run(
    `UPDATE databases SET mounted = 0, mountWhenMemberStarts = 0, moveId = ?, moveTo = ?, moveDueAt = ?, moveInitiator = ?, moveCategory = ?,
       moveMounts = ? WHERE guid = ?`,
    operationId,
    to,
    now + MOVE_MIN_MS + Math.round(MOVE_SPREAD_MS * fractionOf(`${database.guid}:${database.generation}`)),
    initiator,
    category,
    database.mounted === 1 || database.mountWhenMemberStarts === 1 ? 1 : 0,
    database.guid,
  );
  store.run(
    "UPDATE copies SET status = 'Dismounted', statusDueAt = NULL WHERE database = ? AND member = ?",
    database.guid,
    from,
  );
  return { operationId, databaseGuid: database.guid, database: database.name, from, to };
}

/** Where Exchange would take a database whose active copy is lost: healthy, not lagged, fewest logs missing, best preference. */
export function failoverTarget(store: WorldStore, database: DatabaseRow, exceptMember: string): CopyRow | null {
  const isStopped = stoppedMembers(store);
  const copies = store.copiesOf(database.guid);
  const candidates = copies
    .filter((copy) => fitsActive(copy, database, copies))
    .filter((copy) => copy.member !== database.activeMember && copy.member !== exceptMember && copy.replayLagMs === 0)
    .filter((copy) => FAILOVER_TARGETS.includes(effectiveStatus(copy, database, isStopped)))
    .toSorted((left, right) => right.copied - left.copied || left.preference - right.preference);
  return candidates[0] ?? null;
}
