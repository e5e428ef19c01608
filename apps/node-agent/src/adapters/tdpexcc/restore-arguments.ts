import { memberIdOf } from '#contracts';
import type { RestoreJob } from '../../ports/backup-client.js';
import type { TdpexccSettings } from './arguments.js';

/**
 * How `tdpexcc restore` spells what it takes. IBM's page of this command could not be had, so every word is unconfirmed
 * (reference 4.2) and may be given otherwise in the configuration. Nothing else knows the words. An empty word is left out.
 */
export const RESTORE_SPELLING = {
  command: 'restore',
  object: '/OBJECT=',
  intoDatabase: '/INTODB=',
  fromServer: '/FROMEXCSERVER=',
  eraseExistingLogs: '/ERASEEXISTINGLOGS=YES',
  doNotMount: '/MOUNTDATABASES=NO',
  recover: '/RECOVER=APPLYRESTOREDLOGS',
  filesCommand: 'restorefiles',
  filesInto: '/INTO=',
} as const;

export type RestoreSpelling = Readonly<Record<keyof typeof RESTORE_SPELLING, string>>;

export interface RestoreSettings extends TdpexccSettings {
  /** This member, by whose own node backups are kept that belong to no DAG. */
  readonly member: string;
  readonly restoreSpelling: RestoreSpelling;
}

/** One backup in one process, so that its exit code means this backup. */
export function restoreArguments(job: RestoreJob, settings: RestoreSettings, logFile: string): readonly string[] {
  const { sourceDatabaseName, object, into } = job;
  const words = settings.restoreSpelling;
  const isFiles = 'folder' in into;
  return [
    isFiles ? words.filesCommand : words.command,
    sourceDatabaseName,
    object.backupType,
    `/CONFIGFILE=${settings.configFile}`,
    `/LOGFILE=${logFile}`,
    ...(settings.optFile === undefined ? [] : [`/TSMOPTFILE=${settings.optFile}`]),
    ...ownerArguments(job, settings),
    ...withValue(words.object, object.objectName),
    ...(isFiles ? withValue(words.filesInto, into.folder) : intoDatabase(job, into.database, words)),
  ];
}

function intoDatabase(job: RestoreJob, database: string, words: RestoreSpelling): readonly string[] {
  return [
    ...withValue(words.intoDatabase, database === job.sourceDatabaseName ? null : database),
    ...flag(words.eraseExistingLogs, job.isFirst),
    ...flag(words.recover, job.isLast),
    ...flag(words.doNotMount, true),
  ];
}

/** Under whose node the backup is: the DAG's, this member's own, or another member's own, which that member must be named for. */
function ownerArguments(
  { object }: RestoreJob,
  { dagNode, member, restoreSpelling }: RestoreSettings,
): readonly string[] {
  if (dagNode !== undefined && (object.node === null || sameName(object.node, dagNode))) return [`/DAGNODE=${dagNode}`];
  const isOwn = object.sourceMember === null || object.sourceMember === memberIdOf(member);
  return isOwn ? [] : withValue(restoreSpelling.fromServer, object.sourceMember);
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function withValue(word: string, value: string | null): readonly string[] {
  return word === '' || value === null ? [] : [`${word}${value}`];
}

function flag(word: string, isSet: boolean): readonly string[] {
  return word !== '' && isSet ? [word] : [];
}
