import type { RunView } from '#contracts';
import { memberIdOf } from '#contracts';
import { verifyStorage } from '../verify/index.js';
import { worldStatus } from '../world/index.js';

export interface Verification {
  readonly checked: number;
  readonly failures: readonly string[];
}

/** Every stored backup byte for byte; and for every success that the conductor tells of there must be a stored backup. */
export async function verifyRun(directory: string, run: RunView): Promise<Verification> {
  const { checked, failures } = await verifyStorage(directory);
  const stored = worldStatus(directory).storedBackups;
  const missing = run.tasks
    .filter((task) => task.status === 'succeeded')
    .filter((task) => {
      const by = task.attempts.filter((attempt) => attempt.outcome === 'succeeded').map((attempt) => attempt.member);
      return !stored.some((backup) => backup.database === task.databaseName && by.includes(memberIdOf(backup.member)));
    })
    .map(
      (task) =>
        `${task.databaseName} succeeded by the conductor's word, but the storage holds no backup of it by that member`,
    );
  return { checked, failures: [...failures, ...missing] };
}
