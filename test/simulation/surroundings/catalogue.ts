import type { BackupView } from '#contracts';
import type { SimDatabase } from './databases.js';

/** A full of each database exists from before. */
export function fullOf({ guid, name, sizeBytes }: SimDatabase): BackupView {
  const id = `${name}/20260131010000`;
  return {
    id,
    databaseName: name,
    databaseGuid: guid,
    backupType: 'full',
    startedAt: '2026-01-31T01:00:00Z',
    endedAt: null,
    sizeBytes: String(sizeBytes),
    objectName: '20260131010000',
    sourceMember: null,
    node: 'DAG1',
    location: 'server',
    active: true,
    fullId: id,
    origin: 'client',
    runId: null,
    attemptId: null,
    listedBy: [],
  };
}
