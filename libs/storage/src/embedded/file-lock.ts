import Database from 'libsql';
import { StorageOpenError, messageOf } from '../errors.js';

export interface FileLock {
  release(): void;
}

/**
 * Keeps every other process, and every second opening in this one, away from a database file. It is SQLite's own lock on
 * an empty file beside it, held by an open transaction, so the operating system gives it back even after a kill -9 and no
 * stale lock can stay behind. The database file itself is not locked this way (`locking_mode=EXCLUSIVE`), because libsql
 * 0.5.29 keeps that lock after `close()` until its statements are garbage-collected.
 */
export function lockFile(databaseFile: string): FileLock {
  const lock = openLockFile(databaseFile);
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new StorageOpenError(
      'inUse',
      `${databaseFile} was not opened: another process has it open (${messageOf(error)}); ` +
        'stop that process, or give this one a data folder of its own',
      { cause: error },
    );
  }
  return {
    release: () => {
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
}

function openLockFile(databaseFile: string): Database.Database {
  const file = `${databaseFile}.lock`;
  try {
    return new Database(file);
  } catch (error) {
    throw new StorageOpenError(
      'notUsable',
      `${databaseFile} was not opened: its lock file ${file} cannot be made (${messageOf(error)}); ` +
        'check that the folder exists and that this user may write to it',
      { cause: error },
    );
  }
}
