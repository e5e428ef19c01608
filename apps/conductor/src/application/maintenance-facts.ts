import { MaintenanceFacts, type MaintenanceFact } from '#contracts';
import { toOutgoing, type OutgoingMessage } from '#messaging';
import { describeMaintenance } from '../domain/maintenance/describe-maintenance.js';
import type { MaintenanceEvent } from '../domain/maintenance/maintenance.events.js';
import { iso } from '../domain/views.js';
import type { EffectContext } from './effects.js';

/** What the world is told of a change of limits or drains. The id follows from its place, so a resend is the same message. */
export function maintenanceFactOf(
  event: MaintenanceEvent,
  sequence: number,
  { source, world }: Pick<EffectContext, 'source' | 'world'>,
): OutgoingMessage {
  const { requestId, requestedBy, atMs } = event;
  const fact: MaintenanceFact = {
    requestId,
    requestedBy,
    at: iso(atMs),
    text: describeMaintenance(event, world),
    ...('member' in event ? { member: event.member } : {}),
  };
  const meta = { id: `maintenance.${sequence}`, source, time: iso(atMs), subject: requestId, correlationId: requestId };
  return toOutgoing(contractOf(event), {}, fact, meta);
}

function contractOf(event: MaintenanceEvent) {
  switch (event.type) {
    case 'LimitsChanged':
      return MaintenanceFacts.limitsChanged;
    case 'MemberDrained':
      return MaintenanceFacts.memberDrained;
    case 'DrainDeadlinePassed':
      return MaintenanceFacts.drainDeadlinePassed;
    case 'MemberResumed':
      return MaintenanceFacts.memberResumed;
    case 'MaintenanceRefused':
      return MaintenanceFacts.refused;
    default: {
      const unknown: never = event;
      throw new Error(`unknown maintenance event ${JSON.stringify(unknown)}`);
    }
  }
}
