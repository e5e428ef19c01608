import type {
  BackupRequest,
  LimitsChangeRequest,
  MemberDrainRequest,
  MemberResumeRequest,
  RestoreRequest,
} from '#contracts';
import type { Conductor } from '../../../apps/conductor/src/application/conductor.js';
import { observationOf } from '../../../apps/conductor/src/restore/observation.js';
import type { InventoryFact } from '../../../apps/inventory/src/domain/facts.js';
import type { AttemptMessage } from '../../../apps/node-agent/src/domain/attempt-messages.js';
import type { StepMessage } from '../../../apps/node-agent/src/domain/restore/work.js';

/** What the conductor's inbox carries. */
export type ConductorMessage =
  | { readonly kind: 'attempt'; readonly message: AttemptMessage }
  | { readonly kind: 'fact'; readonly fact: InventoryFact }
  | { readonly kind: 'request'; readonly request: BackupRequest; readonly runId: string }
  | { readonly kind: 'step'; readonly message: StepMessage }
  | { readonly kind: 'restore'; readonly request: RestoreRequest; readonly runId: string }
  | { readonly kind: 'cancel'; readonly requestId: string }
  | { readonly kind: 'limits'; readonly request: LimitsChangeRequest }
  | { readonly kind: 'drain'; readonly request: MemberDrainRequest }
  | { readonly kind: 'resume'; readonly request: MemberResumeRequest };

/** Whether a run of that request id exists already, over or not. */
export type IsKnown = (requestId: string) => boolean;

/** What the conductor's controllers do with a message. `handOn` lets the next one begin. */
export function handle(
  conductor: Conductor,
  message: ConductorMessage,
  id: string,
  isKnown: IsKnown,
  handOn: () => void,
): Promise<void> {
  switch (message.kind) {
    case 'attempt':
      return handedOn(attempt(conductor, message.message, id), handOn);
    case 'step':
      return handedOn(step(conductor, message.message, id), handOn);
    case 'fact':
      return handedOn(fact(conductor, message.fact, id), handOn);
    case 'request': {
      const { request, runId } = message;
      const requestId = request.requestId ?? id;
      if (isKnown(requestId)) return Promise.resolve();
      return conductor.handle({ type: 'BackupRequested', runId, requestId, request }, id);
    }
    case 'restore': {
      const { request, runId } = message;
      const requestId = request.requestId ?? id;
      if (isKnown(requestId)) return Promise.resolve();
      return conductor.handle({ type: 'RestoreRequested', runId, requestId, request }, id);
    }
    case 'cancel': {
      const runId = conductor.standing.runIdOf(message.requestId);
      return runId === undefined
        ? Promise.resolve()
        : conductor.handle({ type: 'CancelRequested', runId, requestedBy: 'operator' }, id);
    }
    case 'limits':
      return conductor.handle({ type: 'LimitsChangeRequested', requestId: id, request: message.request }, id);
    case 'drain':
      return conductor.handle({ type: 'MemberDrainRequested', requestId: id, request: message.request }, id);
    case 'resume':
      return conductor.handle({ type: 'MemberResumeRequested', requestId: id, request: message.request }, id);
    default: {
      const unknown: never = message;
      throw new Error(`unknown message ${JSON.stringify(unknown)}`);
    }
  }
}

function step(conductor: Conductor, message: StepMessage, id: string): Promise<void> {
  const { stepId, memberId: member } = message.data;
  switch (message.kind) {
    case 'stepAccepted':
      return conductor.handle({ type: 'RestoreStepAccepted', stepId, member }, id);
    case 'stepEnded': {
      const { outcome, bytes, changed, wrote, failure, database } = message.data;
      const input = {
        type: 'RestoreStepEnded',
        stepId,
        member,
        outcome,
        bytes,
        ...(changed === undefined ? {} : { changed }),
        ...(wrote === undefined ? {} : { wrote }),
        ...(failure ? { failure } : {}),
        ...(database ? { observed: observationOf(database) } : {}),
      } as const;
      return conductor.attemptReported(input, database, member, id);
    }
    default: {
      const unknown: never = message;
      throw new Error(`unknown message ${JSON.stringify(unknown)}`);
    }
  }
}

/** As the controllers do: what has its place in the conductor's own order lets the next message begin. */
function handedOn(work: Promise<void>, handOn: () => void): Promise<void> {
  handOn();
  return work;
}

function attempt(conductor: Conductor, message: AttemptMessage, id: string): Promise<void> {
  const { attemptId, memberId: member } = message.data;
  switch (message.kind) {
    case 'accepted':
      return conductor.handle({ type: 'AttemptAccepted', attemptId, member }, id);
    case 'started':
      return conductor.handle({ type: 'AttemptStarted', attemptId, member }, id);
    case 'refused': {
      const { failure, database } = message.data;
      const input = { type: 'AttemptEnded', attemptId, member, outcome: 'refused', bytes: '0', failure } as const;
      return conductor.attemptReported(input, database, member, id);
    }
    case 'ended': {
      const { outcome, bytes, failure, evidence, database } = message.data;
      const input = {
        type: 'AttemptEnded',
        attemptId,
        member,
        outcome,
        bytes,
        ...(failure ? { failure } : {}),
        ...(evidence ? { evidence } : {}),
      } as const;
      return conductor.attemptReported(input, database, member, id);
    }
    default: {
      const unknown: never = message;
      throw new Error(`unknown message ${JSON.stringify(unknown)}`);
    }
  }
}

function fact(conductor: Conductor, told: InventoryFact, id: string): Promise<void> {
  switch (told.kind) {
    case 'databaseFailedOver': {
      const { database, fromMember, toMember, category } = told.move;
      const input = { type: 'DatabaseMoved', databaseGuid: database.guid, fromMember, toMember, category } as const;
      return conductor.databaseChanged(database, input, id);
    }
    case 'databaseChanged': {
      const { database } = told;
      return conductor.databaseChanged(database, { type: 'DatabaseChanged', databaseGuid: database.guid }, id);
    }
    case 'memberChanged':
      return conductor.memberChanged(told.member, id);
    default: {
      const unknown: never = told;
      throw new Error(`unknown fact ${JSON.stringify(unknown)}`);
    }
  }
}
