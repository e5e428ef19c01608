import type { CopyStatus } from '#contracts';
import { WorldError } from './errors.js';
import { mountNow, mountProblem, strand } from './mounting.js';
import { beginMove, failoverTarget } from './moves.js';
import { abortRestoresOn } from './restores.js';
import { abortSeeds } from './seeding.js';
import { abortBackupOf, abortBackupsFrom } from './sessions.js';
import type { WorldStore } from './store.js';

/** Faults and administrator's actions, other than moves and mounts. */

/** Exchange normally takes about 15 s (MS-MON); the lab is quicker. */
export const INITIALIZING_MS = 1_500;

export const PASSIVE_STATUSES = [
  'Healthy',
  'DisconnectedAndHealthy',
  'Resynchronizing',
  'DisconnectedAndResynchronizing',
  'Initializing',
  'Seeding',
  'SeedingSource',
  'Suspended',
  'Failed',
  'FailedAndSuspended',
  'SinglePageRestore',
  'Misconfigured',
  'Unknown',
] as const satisfies readonly CopyStatus[];

export function setCopyStatus(
  store: WorldStore,
  database: string,
  member: string,
  status: string,
  comment?: string,
): void {
  const wanted = PASSIVE_STATUSES.find((each) => each.toLowerCase() === status.toLowerCase());
  if (wanted === undefined) {
    throw new WorldError([`a passive copy cannot be "${status}"; it can be ${PASSIVE_STATUSES.join(', ')}`]);
  }
  store.immediate(() => {
    const now = Date.now();
    const { guid, name, activeMember } = store.database(database);
    const holder = store.member(member).name;
    if (store.copy(guid, holder) === undefined) throw new WorldError([`${name} has no copy on ${holder}`]);
    if (holder === activeMember) {
      throw new WorldError([`the copy of ${name} on ${holder} is the active one; dismount it, or move it away first`]);
    }
    if (wanted !== 'Healthy') abortBackupsFrom(store, holder, `the copy on ${holder} became ${wanted}`, now, guid);
    if (wanted !== 'Seeding') abortSeeds(store, guid, holder, `the copy on ${holder} became ${wanted}`);
    store.run(
      'UPDATE copies SET status = ?, statusDueAt = ?, suspendComment = ? WHERE database = ? AND member = ?',
      wanted,
      wanted === 'Initializing' ? now + INITIALIZING_MS : null,
      wanted === 'Suspended' || wanted === 'FailedAndSuspended' ? (comment ?? null) : null,
      guid,
      holder,
    );
  });
}

export function setRate(store: WorldStore, member: string, rateBytesPerSecond: number): void {
  if (!Number.isSafeInteger(rateBytesPerSecond) || rateBytesPerSecond < 1) {
    throw new WorldError([`a rate is a whole number of bytes per second, 1 or more, not ${rateBytesPerSecond}`]);
  }
  const { name } = store.member(member);
  store.run('UPDATE members SET rateBytesPerSecond = ? WHERE name = ?', rateBytesPerSecond, name);
}

export function setCircularLogging(store: WorldStore, database: string, on: boolean): void {
  store.run('UPDATE databases SET circularLogging = ? WHERE guid = ?', on ? 1 : 0, store.database(database).guid);
}

export function setStorageServer(store: WorldStore, up: boolean): void {
  store.setSetting('storageServerUp', up ? 'yes' : 'no');
}

export function isStorageServerUp(store: WorldStore): boolean {
  return store.setting('storageServerUp') !== 'no';
}

export interface StoppedMember {
  readonly failingOver: readonly { readonly database: string; readonly to: string }[];
  /** Databases that have nowhere to go; they are mounted again when the member starts. */
  readonly dismounted: readonly string[];
}

/** The server dies: its copies are down, and what was active there fails over where it can. */
export function stopMember(store: WorldStore, member: string): StoppedMember {
  return store.immediate(() => {
    const now = Date.now();
    const { name } = store.member(member);
    store.run('UPDATE members SET stopped = 1 WHERE name = ?', name);
    const reason = `the server ${name} went down`;
    abortBackupsFrom(store, name, reason, now);
    abortRestoresOn(store, name, reason, now);
    for (const { guid } of store.databases()) abortSeeds(store, guid, name, reason);
    const active = store
      .databases()
      .filter((each) => each.activeMember === name && each.moveId === null && each.mounted === 1);
    const failingOver: { database: string; to: string }[] = [];
    const dismounted: string[] = [];
    for (const database of active) {
      const target = failoverTarget(store, database, name);
      if (target === null) {
        abortBackupOf(store, database.guid, `the server of the active copy, ${name}, went down`, now);
        strand(store, database);
        dismounted.push(database.name);
      } else {
        beginMove(store, database, target.member, 'failover', 'Automatic', now);
        failingOver.push({ database: database.name, to: target.member });
      }
    }
    return { failingOver, dismounted };
  });
}

export function startMember(store: WorldStore, member: string): void {
  store.immediate(() => {
    const { name } = store.member(member);
    store.run('UPDATE members SET stopped = 0 WHERE name = ?', name);
    for (const database of store.databases()) {
      if (database.activeMember !== name) {
        store.run(
          "UPDATE copies SET status = 'Initializing', statusDueAt = ? WHERE database = ? AND member = ? AND status IN ('Healthy', 'Initializing')",
          Date.now() + INITIALIZING_MS,
          database.guid,
          name,
        );
      } else if (database.mountWhenMemberStarts === 1 && mountProblem(store, database) === null)
        mountNow(store, database);
    }
  });
}

/** Restores on this member fail in the middle from now on, or no longer. */
export function setRestoresFail(store: WorldStore, member: string, fail: boolean): void {
  store.run('UPDATE members SET restoresFail = ? WHERE name = ?', fail ? 1 : 0, store.member(member).name);
}

/** What the member says of its free disk. Null: what the disk under the lab really has. */
export function setFreeBytes(store: WorldStore, member: string, freeBytes: number | null): void {
  if (freeBytes !== null && (!Number.isSafeInteger(freeBytes) || freeBytes < 0)) {
    throw new WorldError([`free disk is a whole number of bytes, 0 or more, not ${freeBytes}`]);
  }
  store.run('UPDATE members SET freeBytes = ? WHERE name = ?', freeBytes, store.member(member).name);
}

export function setExchangeVersion(store: WorldStore, member: string, version: string): void {
  store.run('UPDATE members SET version = ? WHERE name = ?', version, store.member(member).name);
}
