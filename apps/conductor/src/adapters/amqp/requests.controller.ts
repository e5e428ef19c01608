import {
  BackupRequested,
  CancelRequested,
  LimitsChangeRequested,
  MemberDrainRequested,
  MemberResumeRequested,
  Queues,
  type BackupRequest,
  type CancelRequest,
  type LimitsChangeRequest,
  type MemberDrainRequest,
  type MemberResumeRequest,
} from '#contracts';
import { Handles, type MessageContext } from '#messaging';
import { Controller, Inject } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { Conductor } from '../../application/conductor.js';
import { SqlRunStore } from '../store/sql-run-store.js';

/** What people and schedulers ask for. */
@Controller()
export class RequestsController {
  constructor(
    @Inject(Conductor) private readonly conductor: Conductor,
    @Inject(SqlRunStore) private readonly store: SqlRunStore,
  ) {}

  /** Asking twice with the same request id gives the same run, whoever asks and however often the message comes. */
  @Handles(BackupRequested, Queues.conductorInbox)
  async requestBackup(request: BackupRequest, context: MessageContext): Promise<void> {
    const requestId = request.requestId ?? context.envelope.id;
    const known = this.conductor.standing.runIdOf(requestId) ?? (await this.store.runIdOf(requestId));
    if (known !== undefined) return;
    await this.conductor.handle(
      { type: 'BackupRequested', runId: randomUUID(), requestId, request },
      context.envelope.id,
    );
  }

  @Handles(LimitsChangeRequested, Queues.conductorInbox)
  async changeLimits(request: LimitsChangeRequest, { envelope }: MessageContext): Promise<void> {
    const requestId = request.requestId ?? envelope.id;
    await this.conductor.handle({ type: 'LimitsChangeRequested', requestId, request }, envelope.id);
  }

  @Handles(MemberDrainRequested, Queues.conductorInbox)
  async drainMember(request: MemberDrainRequest, { envelope }: MessageContext): Promise<void> {
    const requestId = request.requestId ?? envelope.id;
    await this.conductor.handle({ type: 'MemberDrainRequested', requestId, request }, envelope.id);
  }

  @Handles(MemberResumeRequested, Queues.conductorInbox)
  async resumeMember(request: MemberResumeRequest, { envelope }: MessageContext): Promise<void> {
    const requestId = request.requestId ?? envelope.id;
    await this.conductor.handle({ type: 'MemberResumeRequested', requestId, request }, envelope.id);
  }

  @Handles(CancelRequested, Queues.conductorInbox)
  async requestCancel(request: CancelRequest, context: MessageContext): Promise<void> {
    const { runId, requestedBy = null } = request;
    await this.conductor.handle({ type: 'CancelRequested', runId, requestedBy }, context.envelope.id);
  }
}
