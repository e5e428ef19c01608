import { failure, restoreStepOf, type Failure, type OrderRestoreStep, type ReportedDatabase } from '#contracts';
import type { Look } from '../domain/restore/work.js';
import { HostUnavailableError, type ExchangeHost } from '../ports/exchange-host.js';
import { errorText } from './error-text.js';

/** What Exchange shows of the database that a step is about. Rejects when it cannot be asked. */
export async function lookFor(
  { databaseGuid, databaseName, step }: OrderRestoreStep,
  host: ExchangeHost,
  memberId: string,
): Promise<Look> {
  if (restoreStepOf(step).kind === 'restoreFiles') return { kind: 'seen', database: null, mountedRecoveries: [] };
  if (databaseGuid !== null)
    return { kind: 'seen', database: await host.getDatabase(databaseGuid), mountedRecoveries: [] };
  const { databases } = await host.listDatabases();
  const database = databases.find(({ name }) => name === databaseName) ?? null;
  return { kind: 'seen', database, mountedRecoveries: mountedRecoveries(databases, memberId) };
}

function mountedRecoveries(databases: readonly ReportedDatabase[], memberId: string): readonly string[] {
  return databases
    .filter((each) => each.recovery && each.mounted === true && each.activeMember === memberId)
    .map(({ name }) => name);
}

export function failureOfHost(thrown: unknown): Failure {
  if (thrown instanceof HostUnavailableError) return thrown.failure;
  return failure('host.unavailable', errorText(thrown), { retryable: true });
}
