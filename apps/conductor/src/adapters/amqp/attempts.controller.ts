import {
  AttemptAccepted,
  AttemptEnded,
  AttemptRefused,
  AttemptStarted,
  HeartbeatSent,
  Queues,
  type AttemptAcceptance,
  type AttemptEnd,
  type AttemptRefusal,
  type AttemptStart,
  type Heartbeat,
  type LeaseReply,
} from '#contracts';
import { Handles, type MessageContext } from '#messaging';
import { Controller, Inject } from '@nestjs/common';
import { Conductor } from '../../application/conductor.js';

/** What agents say of their attempts. */
@Controller()
export class AttemptsController {
  constructor(@Inject(Conductor) private readonly conductor: Conductor) {}

  @Handles(AttemptAccepted, Queues.conductorInbox)
  async accepted({ attemptId, memberId }: AttemptAcceptance, context: MessageContext): Promise<void> {
    await context.handOn(
      this.conductor.handle({ type: 'AttemptAccepted', attemptId, member: memberId }, context.envelope.id),
    );
  }

  @Handles(AttemptStarted, Queues.conductorInbox)
  async started({ attemptId, memberId }: AttemptStart, context: MessageContext): Promise<void> {
    await context.handOn(
      this.conductor.handle({ type: 'AttemptStarted', attemptId, member: memberId }, context.envelope.id),
    );
  }

  @Handles(AttemptRefused, Queues.conductorInbox)
  async refused({ attemptId, memberId, failure, database }: AttemptRefusal, context: MessageContext): Promise<void> {
    const input = {
      type: 'AttemptEnded',
      attemptId,
      member: memberId,
      outcome: 'refused',
      bytes: '0',
      failure,
    } as const;
    await context.handOn(this.conductor.attemptReported(input, database, memberId, context.envelope.id));
  }

  @Handles(AttemptEnded, Queues.conductorInbox)
  async ended(
    { attemptId, memberId, outcome, bytes, failure, evidence, database }: AttemptEnd,
    context: MessageContext,
  ): Promise<void> {
    const input = {
      type: 'AttemptEnded',
      attemptId,
      member: memberId,
      outcome,
      bytes,
      ...(failure ? { failure } : {}),
      ...(evidence ? { evidence } : {}),
    } as const;
    await context.handOn(this.conductor.attemptReported(input, database, memberId, context.envelope.id));
  }

  /** The answer renews leases; it counts from when the agent sent the question, so the agent's reckoning ends first. */
  @Handles(HeartbeatSent, Queues.conductorHeartbeats)
  async heartbeat({ memberId, sequence, attempts }: Heartbeat): Promise<LeaseReply> {
    const { epoch, granted, isLeading } = await this.conductor.heartbeat(memberId, attempts);
    return {
      sequence,
      epoch,
      // An attempt that is not mentioned is neither renewed nor stopped: its lease goes on to its end.
      grants: !isLeading
        ? []
        : attempts.map(({ attemptId }) => ({ attemptId, verdict: granted.has(attemptId) ? 'granted' : 'stale' })),
    };
  }
}
