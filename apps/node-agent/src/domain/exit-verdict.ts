import { displayName, failure, type Failure, type ReportedDatabase } from '#contracts';
import type { ClientExit } from '../ports/backup-client.js';
import type { RunFacts } from './attempt.js';
import { hintIn, messagesIn } from './client-messages.js';

/** "Nothing to back up", seen in the field (TRUK). The agent orders exactly one database, so nothing done is not success. */
const NOTHING_TO_DO_EXIT_CODE = 464;

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
  const hint = hintIn(exit.lastLines);
  if (hint)
    return failure(hint.type, `the backup of ${databaseName} failed: ${hint.what} (the client ${ended})`, {
      retryable: true,
      details,
    });
  const said = messagesIn(exit.lastLines);
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
    database?.mounted === false ? 'is dismounted' : `is active on ${displayName(database?.activeMember ?? null)}`;
  const message = `${databaseName} was active on ${displayName(run.activeMember)} at the start and ${now} now; a move ends every backup of it`;
  return failure('database.moved', message, { retryable: true, details });
}
