import { failure, type Failure, type RestoreObject } from '#contracts';
import type { ClientExit } from '../../ports/backup-client.js';
import { hintIn, messagesIn } from '../client-messages.js';

/** Why a restore by the client did not end with 0. Its exit code decides; its text only explains (reference 4.4). */
export function failureOfRestore(databaseName: string, object: RestoreObject, exit: ClientExit): Failure {
  const details = { exitCode: exit.exitCode, lastLines: exit.lastLines, backupId: object.backupId };
  const what = `the restore of ${object.backupId} for ${databaseName}`;
  if (exit.startFailure !== undefined)
    return failure('client.not-started', `the backup client could not be started for ${what}: ${exit.startFailure}`, {
      retryable: true,
      details,
    });
  const ended = exit.exitCode === null ? 'was ended by a signal' : `ended with ${exit.exitCode}`;
  const hint = hintIn(exit.lastLines);
  if (hint)
    return failure(hint.type, `${what} failed: ${hint.what} (the client ${ended})`, { retryable: true, details });
  const said = messagesIn(exit.lastLines);
  const message = `${what} failed: the client ${ended}${said === '' ? '' : `: ${said}`}`;
  return failure('client.failed', message, { retryable: true, details });
}
