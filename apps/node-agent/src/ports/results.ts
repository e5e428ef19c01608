import type { BackupListing, DatabaseMoveObservation, NodeReport } from '#contracts';
import type { AttemptMessage } from '../domain/attempt-messages.js';
import type { StepMessage } from '../domain/restore/work.js';

/** What the agent says. Each method resolves when the broker has the message for certain, and rejects when that is not known. */
export interface Results {
  attempt(message: AttemptMessage): Promise<void>;
  step(message: StepMessage): Promise<void>;
  report(report: NodeReport): Promise<void>;
  backups(listing: BackupListing): Promise<void>;
  moved(observation: DatabaseMoveObservation): Promise<void>;
}
