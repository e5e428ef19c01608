import { failure, type Failure, type ReportedDatabase } from '#contracts';
import type { ClientExit } from '../ports/backup-client.js';
import type { RunFacts } from './attempt.js';

/** "Nothing to back up", seen in the field (TRUK). The agent orders exactly one database, so nothing done is not success. */
const NOTHING_TO_DO_EXIT_CODE = 464;

/** Texts that explain a failure. They are hints: nothing here makes a success of a failure. The ANS numbers are unconfirmed (reference 4.5). */
const HINTS: readonly { readonly pattern: RegExp; readonly type: string; readonly what: string }[] = [
  {
    pattern: /VSS_E_WRITERERROR_RETRYABLE|0x800423f3/i,
    type: 'vss.retryable',
    what: 'the VSS writer reports a retryable error',
  },
  { pattern: /\bANS(1017|1026|1029)E\b/, type: 'storage.unreachable', what: 'the storage server could not be reached' },
  { pattern: /\bANS1311E\b/, type: 'storage.full', what: 'the storage server is out of space' },
  {
    pattern: /\bANS(2050|1353)E\b/,
    type: 'storage.login-refused',
    what: 'the storage server refused the node or its password',
  },
];

const MESSAGE_LINE = /\b(?:ACN|ANS)\d{4}[EWS]\b/;
const EVIDENCE_LINES_MAX = 3;

/** Did the active copy go elsewhere, or go down, since the start? What is not known has not moved. */
export function hasMoved(run: RunFacts, database: ReportedDatabase | null): boolean {
  if (!database) return false;
  if (database.mounted === false) return true;
  return database.activeMember !== null && run.activeMember !== null && database.activeMember !== run.activeMember;
}

/** Why a client that did not end with 0 failed, the surest explanation first. */
export function failureOfExit(
  databaseName: string,
  exit: ClientExit,
  run: RunFacts,
  database: ReportedDatabase | null,
): Failure {
  const details = { exitCode: exit.exitCode, lastLines: exit.lastLines };
  const ended = exit.exitCode === null ? 'was ended by a signal' : `ended with ${exit.exitCode}`;
  if (exit.startFailure !== undefined) {
    return failure(
      'client.not-started',
      `the backup client could not be started for ${databaseName}: ${exit.startFailure}`,
      { retryable: true, details },
    );
  }
  if (hasMoved(run, database)) return movedFailure(databaseName, run, database, details);
  if (exit.exitCode === NOTHING_TO_DO_EXIT_CODE) {
    const message = `the backup client found nothing to back up for ${databaseName} (exit code ${NOTHING_TO_DO_EXIT_CODE}); no backup was made`;
    return failure('client.nothing-to-do', message, { retryable: true, details });
  }
  const hint = HINTS.find(({ pattern }) => exit.lastLines.some((line) => pattern.test(line)));
  if (hint)
    return failure(hint.type, `the backup of ${databaseName} failed: ${hint.what} (the client ${ended})`, {
      retryable: true,
      details,
    });
  const said = exit.lastLines
    .filter((line) => MESSAGE_LINE.test(line))
    .slice(-EVIDENCE_LINES_MAX)
    .join(' | ');
  return failure(
    'client.failed',
    `the backup client of ${databaseName} ${ended}${said ? `: ${said}` : '; its log file says more'}`,
    { retryable: true, details },
  );
}

export function movedFailure(
  databaseName: string,
  run: RunFacts,
  database: ReportedDatabase | null,
  details: Readonly<Record<string, unknown>>,
): Failure {
  const now =
    database?.mounted === false ? 'is dismounted' : `is active on ${database?.activeMember ?? 'an unknown member'}`;
  const message = `${databaseName} was active on ${run.activeMember ?? 'an unknown member'} at the start and ${now} now; a move ends every backup of it`;
  return failure('database.moved', message, { retryable: true, details });
}
