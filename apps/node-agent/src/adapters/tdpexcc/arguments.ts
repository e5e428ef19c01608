import { createHash } from 'node:crypto';
import type { ClientCall } from '#contracts';
import type { BackupJob } from '../../ports/backup-client.js';

export interface TdpexccSettings {
  readonly configFile: string;
  readonly optFile?: string | undefined;
  readonly dagNode?: string | undefined;
  /** In which the client writes its times: `local`, or a name like `Europe/Berlin`. */
  readonly timeZone: string;
}

/** A list, a wildcard, an option or a quotation: a name with one of these would mean something else on the command line. */
const UNSAFE_NAME = /^$|^[/-]|[,*"]/;

/** Why this database cannot be named on a command line, or null. */
export function nameProblem(databaseName: string): string | null {
  return UNSAFE_NAME.test(databaseName)
    ? `the name "${databaseName}" cannot be given to tdpexcc as the name of one database`
    : null;
}

/**
 * One database in one process, so that the exit code means this database. Never /PREFERDAGPASSIVE or
 * /MINIMUMBACKUPINTERVAL: the client would second-guess what was decided (reference 4.6).
 */
export function backupArguments(job: BackupJob, settings: TdpexccSettings, logFile: string): readonly string[] {
  return [
    'backup',
    job.databaseName,
    job.backupType,
    `/CONFIGFILE=${settings.configFile}`,
    `/LOGFILE=${logFile}`,
    ...(settings.optFile === undefined ? [] : [`/TSMOPTFILE=${settings.optFile}`]),
    // Databases without DAG copies stay under the member's own node (reference 4.1).
    ...(settings.dagNode !== undefined && job.replicated ? [`/DAGNODE=${settings.dagNode}`] : []),
  ];
}

/** What every call about backups carries, as people are told of it. */
export function clientCall({ configFile, optFile, dagNode }: TdpexccSettings): ClientCall {
  return {
    options: [`/CONFIGFILE=${configFile}`, ...(optFile === undefined ? [] : [`/TSMOPTFILE=${optFile}`])],
    dagNode: dagNode ?? null,
  };
}

/** The client's own settings; they tell its version and how it writes dates. */
export function settingsArguments({ configFile }: TdpexccSettings): readonly string[] {
  return ['query', 'tdp', `/CONFIGFILE=${configFile}`];
}

export interface ListingCall {
  readonly args: readonly string[];
  /** The DAG's node name that is asked for; null: the member's own. */
  readonly node: string | null;
}

/** One call for the DAG's node and one for the member's own, where databases without DAG copies are kept (reference 4.1). */
export function listingCalls(settings: TdpexccSettings): readonly ListingCall[] {
  const { configFile, optFile, dagNode } = settings;
  const args = [
    'query',
    'tsm',
    '*',
    '/ALL',
    `/CONFIGFILE=${configFile}`,
    ...(optFile === undefined ? [] : [`/TSMOPTFILE=${optFile}`]),
  ];
  return [
    ...(dagNode === undefined ? [] : [{ args: [...args, `/DAGNODE=${dagNode}`], node: dagNode }]),
    { args, node: null },
  ];
}

const LOG_NAME_MAX_LENGTH = 80;
const DIGEST_LENGTH = 12;
export const LOG_FILE_NAME = /^tdpexcc-.*\.log$/;

/** A file name of its own for every attempt, readable and without characters that a file system refuses. */
export function logFileName(attemptId: string): string {
  const readable = attemptId.replaceAll(/[^A-Za-z0-9-]+/g, '_').slice(-LOG_NAME_MAX_LENGTH);
  return `tdpexcc-${readable}-${createHash('sha256').update(attemptId).digest('hex').slice(0, DIGEST_LENGTH)}.log`;
}
