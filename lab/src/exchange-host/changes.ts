import type { HostChangeMethod, HostDatabase } from '#contracts';
import { createDatabase, removeDatabase } from '../world/databases.js';
import { NotNowError, WorldError } from '../world/errors.js';
import { dismount, mount } from '../world/mounting.js';
import { switchover } from '../world/moves.js';
import { INITIALIZING_MS } from '../world/operations.js';
import { stoppedMembers } from '../world/reachable.js';
import type { DatabaseRow } from '../world/rows.js';
import { beginSeed, resumeCopy, suspendCopy } from '../world/seeding.js';
import type { WorldStore } from '../world/store.js';
import { flagParameter, textOrNullParameter, textParameter, type Parameters } from './parameters.js';
import { getDatabase } from './views.js';

/** Exchange's own limit for a suspend comment (MS-CMD). */
const COMMENT_MAX_LENGTH = 512;

/** Makes the change and answers with the GUID of the database to be shown; null when there is none any more. */
type Change = (store: WorldStore, params: Parameters, method: HostChangeMethod) => string | null;

const CHANGES: Readonly<Record<HostChangeMethod, Change>> = {
  suspendCopy: (store, params, method) => {
    const comment = textParameter(params, 'comment', method);
    if (comment.length > COMMENT_MAX_LENGTH)
      throw new WorldError([`a suspend comment has at most ${COMMENT_MAX_LENGTH} characters, not ${comment.length}`]);
    return onCopy(store, params, method, (guid, member, now) => suspendCopy(store, guid, member, comment, now));
  },
  resumeCopy: (store, params, method) =>
    onCopy(store, params, method, (guid, member, now) => resumeCopy(store, guid, member, now + INITIALIZING_MS)),
  updateCopy: (store, params, method) => {
    const source = textOrNullParameter(params, 'sourceServer', method);
    return onCopy(store, params, method, (guid, member) =>
      beginSeed(store, guid, member, source === null ? null : store.member(source).name),
    );
  },
  dismountDatabase: (store, params, method) =>
    onDatabase(store, params, method, (database) => {
      if (database.mounted === 0) throw new WorldError([`${database.name} is dismounted already`]);
      if (stoppedMembers(store)(database.activeMember))
        throw new NotNowError([`${database.activeMember} does not answer`]);
      dismount(store, database.guid);
    }),
  mountDatabase: (store, params, method) =>
    onDatabase(store, params, method, (database) => {
      if (database.mounted === 1) throw new WorldError([`${database.name} is mounted already`]);
      mount(store, database.guid);
    }),
  setAllowFileRestore: (store, params, method) => {
    const allowed = flagParameter(params, 'allowed', method);
    return onDatabase(store, params, method, ({ guid }) => {
      store.run('UPDATE databases SET allowFileRestore = ? WHERE guid = ?', allowed ? 1 : 0, guid);
    });
  },
  createRecoveryDatabase: (store, params, method) => create(store, params, method, true),
  createDatabase: (store, params, method) => create(store, params, method, false),
  removeDatabase: (store, params, method) => {
    onDatabase(store, params, method, ({ guid }) => removeDatabase(store, guid));
    return null;
  },
  moveActiveDatabase: (store, params, method) => {
    const server = textParameter(params, 'server', method);
    return onDatabase(store, params, method, ({ guid }) => void switchover(store, guid, server));
  },
};

export const CHANGE_METHODS = Object.keys(CHANGES) as readonly HostChangeMethod[];

export function change(store: WorldStore, method: HostChangeMethod, params: Parameters): HostDatabase | null {
  const guid = CHANGES[method](store, params, method);
  return guid === null ? null : store.consistent(() => getDatabase(store, guid));
}

function onDatabase(
  store: WorldStore,
  params: Parameters,
  method: HostChangeMethod,
  work: (database: DatabaseRow) => void,
): string {
  const guid = textParameter(params, 'guid', method).toLowerCase();
  const database = store.databases().find((each) => each.guid === guid);
  if (database === undefined) throw new WorldError([`the database ${guid} could not be found`]);
  work(database);
  return guid;
}

function onCopy(
  store: WorldStore,
  params: Parameters,
  method: HostChangeMethod,
  work: (guid: string, member: string, now: number) => void,
): string {
  const server = textParameter(params, 'server', method);
  return onDatabase(store, params, method, ({ guid }) =>
    store.immediate(() => work(guid, store.member(server).name, Date.now())),
  );
}

function create(store: WorldStore, params: Parameters, method: HostChangeMethod, recovery: boolean): string {
  return createDatabase(store, {
    name: textParameter(params, 'name', method),
    member: textParameter(params, 'server', method),
    recovery,
    edbPath: textOrNullParameter(params, 'edbPath', method),
    logPath: textOrNullParameter(params, 'logPath', method),
  });
}
