/**
 * Why the client fails. Only the exit code decides for whoever reads it; message numbers other than the ANS ones named in the
 * reference (4.5) are the lab's own. POSIX keeps eight bits of an exit code, so 464 is seen as 208 here.
 */
export class ClientFailure extends Error {
  override readonly name = 'ClientFailure';

  constructor(
    readonly rc: number,
    readonly lines: readonly string[],
  ) {
    super(lines.join('\n'));
  }
}

export const RC_USAGE = 3;
/** Seen in the field when the options leave nothing to back up (TRUK). */
export const RC_NOTHING_TO_DO = 464;
export const RC_VSS = 519;
export const RC_NO_SERVER = 17;
export const RC_STOPPED = 101;
export const RC_UNEXPECTED = 99;
export const RC_NO_BACKUP = 418;
export const RC_RESTORE = 520;

const EXIT_CODE_MASK = 0xff;

/** Never 0 for a failure, whatever the eight bits are. */
export function exitCodeOf(rc: number): number {
  return rc === 0 ? 0 : rc & EXIT_CODE_MASK || 1;
}

/** The writer refuses for now: KB4037535. */
export function writerRetryable(database: string, why: string): ClientFailure {
  return new ClientFailure(RC_VSS, [
    `ACN0519E The VSS operation failed with rc = ${RC_VSS} for '${database}': ${why}.`,
    "Writer name: 'Microsoft Exchange Writer'",
    '   State: [1] Stable',
    '   Last error: Retryable error',
    '0x800423f3 - VSS_E_WRITERERROR_RETRYABLE',
  ]);
}

/** The writer lists neither dismounted nor recovery databases (MS-TYPES), so to the client they are not there. */
export function notFound(database: string, member: string): ClientFailure {
  return new ClientFailure(RC_VSS, [
    `ACN5237E The database '${database}' was not found, or is not online, on server '${member}'.`,
  ]);
}

export function chainBroken(database: string, why: string): ClientFailure {
  return new ClientFailure(RC_VSS, [
    `ACN0519E The VSS operation failed with rc = ${RC_VSS} for '${database}': ${why}.`,
  ]);
}

/** Exchange, or the client, does not take the restore as things are. */
export function restoreRefused(database: string, why: string): ClientFailure {
  return new ClientFailure(RC_RESTORE, [
    `ACN0520E The VSS restore of '${database}' failed with rc = ${RC_RESTORE}: ${why}.`,
  ]);
}

export function noBackup(database: string, what: string): ClientFailure {
  return new ClientFailure(RC_NO_BACKUP, [`ACN5050E No backup of '${database}' matches: ${what}.`]);
}

/** The integrity check of the snapshot reads every page's checksum. */
export function corruptPages(database: string): ClientFailure {
  return new ClientFailure(RC_VSS, [
    `ACN5798E The Exchange integrity check of '${database}' failed: bad checksums were found in its database file.`,
  ]);
}

export function serverUnreachable(): ClientFailure {
  return new ClientFailure(RC_NO_SERVER, ['ANS1017E Session rejected: TCP/IP connection failure.']);
}
