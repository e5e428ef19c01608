import { failoverTarget } from '../world/moves.js';
import { stoppedMembers } from '../world/reachable.js';
import { activeCopy, strand } from '../world/mounting.js';
import { INITIALIZING_MS } from '../world/operations.js';
import type { CopyRow, DatabaseRow } from '../world/rows.js';
import type { WorldStore } from '../world/store.js';
import { copyStep, replayStep } from './replicate.js';

/** Each step is one transaction; a lagged copy that is activated may need many, over several ticks. */
const STEPS_PER_TICK_MAX = 8;

/** Active Manager: brings the target copy up to date, mounts it, and writes the event that the move is done. */
export function completeMoves(store: WorldStore, now: number): void {
  const moving = store.all<DatabaseRow>(
    'SELECT * FROM databases WHERE moveId IS NOT NULL AND coalesce(moveDueAt, 0) <= ? ORDER BY name',
    now,
  );
  for (const { guid } of moving) {
    for (let step = 0; step < STEPS_PER_TICK_MAX; step += 1) {
      if (!store.immediate(() => stepMove(store, guid, now))) break;
    }
  }
}

/** True when there is more to do. */
function stepMove(store: WorldStore, guid: string, now: number): boolean {
  const database = store.database(guid);
  if (database.moveTo === null) return false;
  if (!stoppedMembers(store)(database.moveTo)) return stepTowardsMount(store, database, database.moveTo, now);
  redirect(store, database);
  return false;
}

/** The target died before it mounted: the next best copy, or back to where the database was, or dismounted. */
function redirect(store: WorldStore, database: DatabaseRow): void {
  const next = failoverTarget(store, database, database.moveTo ?? '');
  if (next !== null) {
    store.run('UPDATE databases SET moveTo = ? WHERE guid = ?', next.member, database.guid);
    return;
  }
  clearMove(store, database.guid);
  if (stoppedMembers(store)(database.activeMember)) {
    if (database.moveMounts === 1) strand(store, database);
    return;
  }
  store.run('UPDATE databases SET mounted = ? WHERE guid = ?', database.moveMounts, database.guid);
  setStatus(store, database.guid, database.activeMember, activeStatus(database), null);
}

function stepTowardsMount(store: WorldStore, database: DatabaseRow, to: string, now: number): boolean {
  const target = store.copy(database.guid, to);
  if (target === undefined) throw new Error(`${database.name} is moving to ${to}, which holds no copy of it`);
  const source = activeCopy(store, database);
  const isSourceWhole = source.integrity !== 'incomplete' && source.lineage === target.lineage;
  if (isSourceWhole && target.copied < database.generation) copyStep(store, database, target);
  else if (target.replayed < target.copied) replayStep(store, database, target);
  else {
    finish(store, database, target, now);
    return false;
  }
  return true;
}

function finish(store: WorldStore, database: DatabaseRow, target: CopyRow, now: number): void {
  const { guid, activeMember: from } = database;
  const to = target.member;
  store.run(
    'UPDATE databases SET activeMember = ?, mounted = ?, generation = ?, nextGenerationAt = ? WHERE guid = ?',
    to,
    database.moveMounts,
    target.copied,
    now,
    guid,
  );
  setStatus(store, guid, to, activeStatus(database), null);
  // Files that were restored and never mounted are only a passive copy's now.
  store.run('UPDATE copies SET restoreId = NULL WHERE database = ? AND member = ?', guid, from);
  setStatus(store, guid, from, 'Initializing', now + INITIALIZING_MS);
  store.run(
    'INSERT INTO events (operationId, guid, fromMember, toMember, initiator, category, writtenOn, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    database.moveId,
    guid,
    from,
    to,
    database.moveInitiator,
    database.moveCategory,
    primaryActiveManager(store) ?? to,
    now,
  );
  clearMove(store, guid);
}

function activeStatus(database: DatabaseRow): 'Mounted' | 'Dismounted' {
  return database.moveMounts === 1 ? 'Mounted' : 'Dismounted';
}

/** The role is with the first DAG member that is up. */
function primaryActiveManager(store: WorldStore): string | undefined {
  return store.members().find((each) => each.stopped === 0)?.name;
}

function clearMove(store: WorldStore, guid: string): void {
  store.run(
    'UPDATE databases SET moveId = NULL, moveTo = NULL, moveDueAt = NULL, moveInitiator = NULL, moveCategory = NULL WHERE guid = ?',
    guid,
  );
}

function setStatus(store: WorldStore, guid: string, member: string, status: string, dueAt: number | null): void {
  store.run(
    'UPDATE copies SET status = ?, statusDueAt = ? WHERE database = ? AND member = ?',
    status,
    dueAt,
    guid,
    member,
  );
}

/** A copy that was Initializing becomes Healthy once its active copy is there to follow. */
export function settleCopies(store: WorldStore, now: number): void {
  const isStopped = stoppedMembers(store);
  const waiting = store.all<{ database: string; member: string; mounted: number; activeMember: string }>(
    `SELECT copies.database, copies.member, databases.mounted, databases.activeMember FROM copies
     JOIN databases ON databases.guid = copies.database WHERE copies.status = 'Initializing' AND copies.statusDueAt <= ?`,
    now,
  );
  for (const copy of waiting) {
    if (copy.mounted === 0 || isStopped(copy.member) || isStopped(copy.activeMember)) continue;
    store.run(
      "UPDATE copies SET status = 'Healthy', statusDueAt = NULL WHERE database = ? AND member = ? AND status = 'Initializing'",
      copy.database,
      copy.member,
    );
  }
}
