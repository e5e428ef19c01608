import { isAlive } from '../world/processes.js';
import { endRestore, openRestores } from '../world/restores.js';
import type { SessionRow } from '../world/rows.js';
import { endSession } from '../world/sessions.js';
import type { WorldStore } from '../world/store.js';
import { cleanSession } from '../world/stored-backups.js';
import { LINGER_MS } from './limits.js';

/**
 * Cleans up after backup clients that died without saying so. Exchange goes on saying that a backup is in progress for a while,
 * as after a killed tdpexcc (reference 4.5); then the lock is released and what was half stored is removed.
 */
export function reapSessions(store: WorldStore, now: number): void {
  const dead = store
    .all<SessionRow>('SELECT * FROM sessions WHERE cleaned = 0')
    .filter((session) => !isAlive(session.pid, session.processStarted));
  for (const session of dead) {
    if (session.endedAt !== null) cleanSession(store, session);
    else if (session.goneAt === null) store.run('UPDATE sessions SET goneAt = ? WHERE id = ?', now, session.id);
    else if (session.goneAt + LINGER_MS <= now) endSession(store, session.id, 'lost', 'the backup client died', now);
  }
}

/** A restore goes on holding its database for a while too; the half-written files stay what they are. */
export function reapRestores(store: WorldStore, now: number): void {
  for (const restore of openRestores(store)) {
    if (isAlive(restore.pid, restore.processStarted)) continue;
    if (restore.goneAt === null) store.run('UPDATE restores SET goneAt = ? WHERE id = ?', now, restore.id);
    else if (restore.goneAt + LINGER_MS <= now) endRestore(store, restore.id, 'lost', 'the backup client died', now);
  }
}
