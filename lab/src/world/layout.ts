import { join } from 'node:path';

/** Where things are inside a lab's folder. */

export const worldFile = (lab: string): string => join(lab, 'world.db');
export const copyFolder = (lab: string, member: string, database: string): string =>
  join(lab, 'members', member, database);
export const edbName = (database: string): string => `${database}.edb`;
export const edbFile = (lab: string, member: string, database: string): string =>
  join(copyFolder(lab, member, database), edbName(database));
export const logFolder = (lab: string, member: string, database: string): string =>
  join(copyFolder(lab, member, database), 'logs');
/** Exchange's form: prefix and eight hexadecimal digits, `E0200000A1F.log`. */
export const logName = (prefix: string, generation: number): string =>
  `${prefix}${generation.toString(16).toUpperCase().padStart(8, '0')}.log`;

/** Where Exchange says that a database's files are, on every server that holds a copy. The lab keeps them in its own folder. */
export const VOLUME_PATH = 'D:\\';
export const windowsEdbPath = (database: string): string =>
  `${VOLUME_PATH}Databases\\${database}\\${edbName(database)}`;
export const windowsLogPath = (database: string): string => `${VOLUME_PATH}Databases\\${database}\\logs`;

/** Stands in for the shadow copy that a backup reads. */
export const snapshotFolder = (lab: string, member: string, sessionId: string): string =>
  join(lab, 'members', member, '.snapshots', sessionId);

export const INCOMING = '.incoming';
export const MANIFEST = 'manifest.json';
export const storageFolder = (lab: string): string => join(lab, 'storage');
/** What the storage server has received of a backup that is not complete; never listed as a backup. */
export const incomingFolder = (lab: string, sessionId: string): string => join(lab, 'storage', INCOMING, sessionId);
export const objectFolder = (lab: string, database: string, objectName: string): string =>
  join(lab, 'storage', database, objectName);
