import { createHash } from 'node:crypto';
import {
  AttemptAccepted,
  AttemptEnded,
  AttemptRefused,
  AttemptStarted,
  BackupsReported,
  DatabaseMoveObserved,
  NodeReported,
  RestoreStepAccepted,
  RestoreStepEnded,
  type BackupListing,
  type DatabaseMoveObservation,
  type NodeReport,
} from '#contracts';
import type { PublishOptions, PublishOutcome, Publisher } from '#messaging';
import type { AttemptMessage } from '../../domain/attempt-messages.js';
import type { StepMessage } from '../../domain/restore/work.js';
import type { Results } from '../../ports/results.js';

export class AmqpResults implements Results {
  constructor(
    private readonly publisher: Publisher,
    private readonly memberId: string,
  ) {}

  async attempt(message: AttemptMessage): Promise<void> {
    const outcome = await this.publishAttempt(message, {
      id: contentId(message.data.memberId, message.data.attemptId, message.kind),
      subject: message.data.taskId,
      correlationId: message.data.runId,
    });
    requireRouted(outcome, `the ${message.kind} message of attempt ${message.data.attemptId}`);
  }

  async step({ kind, data }: StepMessage): Promise<void> {
    const route = { member: this.memberId };
    const id = contentId(data.memberId, data.stepId, kind);
    const options = { id, subject: data.taskId, correlationId: data.runId };
    const outcome =
      kind === 'stepAccepted'
        ? await this.publisher.publish(RestoreStepAccepted, route, data, options)
        : await this.publisher.publish(RestoreStepEnded, route, data, options);
    requireRouted(outcome, `the ${kind} message of step ${data.stepId}`);
  }

  async report(report: NodeReport): Promise<void> {
    requireRouted(
      await this.publisher.publish(NodeReported, { member: this.memberId }, report, { subject: this.memberId }),
      'the node report',
    );
  }

  async backups(listing: BackupListing): Promise<void> {
    requireRouted(
      await this.publisher.publish(BackupsReported, { member: this.memberId }, listing, { subject: this.memberId }),
      'the listing of backups',
    );
  }

  async moved(observation: DatabaseMoveObservation): Promise<void> {
    const options = { subject: observation.database.guid };
    const outcome = await this.publisher.publish(DatabaseMoveObserved, { member: this.memberId }, observation, options);
    requireRouted(outcome, `the move of ${observation.database.name}`);
  }

  private publishAttempt(message: AttemptMessage, options: PublishOptions): Promise<PublishOutcome> {
    const route = { member: this.memberId };
    switch (message.kind) {
      case 'accepted':
        return this.publisher.publish(AttemptAccepted, route, message.data, options);
      case 'started':
        return this.publisher.publish(AttemptStarted, route, message.data, options);
      case 'refused':
        return this.publisher.publish(AttemptRefused, route, message.data, options);
      case 'ended':
        return this.publisher.publish(AttemptEnded, route, message.data, options);
      default: {
        const unknown: never = message;
        throw new Error(`unknown message ${JSON.stringify(unknown)}`);
      }
    }
  }
}

/** Made from the content, so that the same word said twice, also after a restart, is the same message to its reader. */
function contentId(memberId: string, id: string, kind: string): string {
  return createHash('sha256').update(`${memberId}\n${id}\n${kind}`).digest('hex');
}

/** Results have an alternate exchange, so nothing is unroutable unless the topology is wrong. */
function requireRouted(outcome: PublishOutcome, what: string): void {
  if (outcome === 'unroutable') throw new Error(`no queue takes ${what}; apply the topology (dagctl topology apply)`);
}
