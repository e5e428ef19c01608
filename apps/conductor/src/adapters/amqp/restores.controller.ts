import {
  AcknowledgeRequested,
  ListAlarms,
  PreflightRestore,
  Queues,
  RestoreRequested,
  RestoreStepAccepted,
  RestoreStepEnded,
  type AcknowledgeRequest,
  type AlarmList,
  type AlarmListQuery,
  type RestorePreflight,
  type RestoreRequest,
  type RestoreStepAcceptance,
  type RestoreStepEnd,
} from '#contracts';
import { Handles, type MessageContext } from '#messaging';
import { Controller, Inject } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Conductor } from '../../application/conductor.js';
import { observationOf } from '../../restore/observation.js';
import { RestoreQueries } from '../../restore/restore-queries.js';
import { SqlRunStore } from '../store/sql-run-store.js';

/** Everything about restores that comes from outside. */
@Controller()
export class RestoresController {
  constructor(
    @Inject(Conductor) private readonly conductor: Conductor,
    @Inject(SqlRunStore) private readonly store: SqlRunStore,
    @Inject(RestoreQueries) private readonly queries: RestoreQueries,
  ) {}

  @Handles(RestoreRequested, Queues.conductorInbox)
  async requestRestore(request: RestoreRequest, context: MessageContext): Promise<void> {
    const requestId = request.requestId ?? context.envelope.id;
    const known = this.conductor.standing.runIdOf(requestId) ?? (await this.store.runIdOf(requestId));
    if (known !== undefined) return;
    await this.conductor.handle(
      { type: 'RestoreRequested', runId: randomUUID(), requestId, request },
      context.envelope.id,
    );
  }

  @Handles(AcknowledgeRequested, Queues.conductorInbox)
  async acknowledge({ alarmId, requestedBy, note }: AcknowledgeRequest, context: MessageContext): Promise<void> {
    const input = { type: 'AlarmAcknowledged', alarmId, by: requestedBy ?? null, note: note ?? null } as const;
    await this.conductor.handle(input, context.envelope.id);
  }

  @Handles(RestoreStepAccepted, Queues.conductorInbox)
  async accepted({ stepId, memberId }: RestoreStepAcceptance, context: MessageContext): Promise<void> {
    await this.conductor.handle({ type: 'RestoreStepAccepted', stepId, member: memberId }, context.envelope.id);
  }

  @Handles(RestoreStepEnded, Queues.conductorInbox)
  async ended(end: RestoreStepEnd, context: MessageContext): Promise<void> {
    const { stepId, memberId, outcome, bytes, changed, wrote, failure, database } = end;
    const input = {
      type: 'RestoreStepEnded',
      stepId,
      member: memberId,
      outcome,
      bytes,
      ...(changed === undefined ? {} : { changed }),
      ...(wrote === undefined ? {} : { wrote }),
      ...(failure ? { failure } : {}),
      ...(database ? { observed: observationOf(database) } : {}),
    } as const;
    await this.conductor.attemptReported(input, database, memberId, context.envelope.id);
  }

  @Handles(PreflightRestore, Queues.conductorQueries)
  preflight(request: RestoreRequest): Promise<RestorePreflight> {
    return this.queries.preflight(request);
  }

  @Handles(ListAlarms, Queues.conductorQueries)
  alarms({ limit }: AlarmListQuery): AlarmList {
    return this.queries.alarms(limit);
  }
}
