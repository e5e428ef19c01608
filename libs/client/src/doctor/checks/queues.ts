import { PARKING_SERVICES, Queues, WAIT_STEPS, parkQueue, waitQueue, type ParkingService } from '#contracts';
import type { BrokerInspection, SeenThing } from '#messaging';
import { inAnswer, these, type Check } from '../finding.js';
import { QUEUE_PROBLEM_MESSAGES, QUEUE_WARNING_MESSAGES } from '../limits.js';
import { counted } from '../words.js';

/** Does anything pile up. */
export const checkQueues: Check = ({ broker, memberQueues }, say) =>
  inAnswer(broker, say, (inspection) => {
    const inboxes = [Queues.conductorInbox, Queues.inventoryInbox].flatMap((name) => thingOf(inspection, name) ?? []);
    const commands = memberQueues.kind === 'answered' ? memberQueues.value : [];
    const filling = [...inboxes, ...commands].flatMap(({ name, load }) => {
      const messages = load?.messages ?? 0;
      if (messages < QUEUE_WARNING_MESSAGES) return [];
      const seen = `${counted(messages, 'message')} wait in ${name}`;
      return messages < QUEUE_PROBLEM_MESSAGES
        ? [say.warning(`${seen}: its service does not keep up. See its log.`)]
        : [say.problem(`${seen}; at 100,000 the broker refuses more. See why its service does not keep up.`)];
    });
    const again = WAIT_STEPS.reduce((sum, { name }) => sum + waitingIn(inspection, waitQueue(name)), 0);
    const text = `${counted(again, 'message')} could not be handled and ${again === 1 ? 'waits' : 'wait'} to be tried again; the log of the service says why (message.delayed).`;
    return these([...filling, ...(again > 0 ? [say.warning(text)] : [])], say, {
      well: () => 'Nothing piles up in the inboxes, and nothing waits to be tried again.',
    });
  });

const WHO: Readonly<Record<ParkingService, string>> = {
  conductor: 'the conductor',
  inventory: 'the inventory',
  node: 'an agent',
};

const PARKING: readonly { readonly queue: string; readonly why: string }[] = [
  ...PARKING_SERVICES.flatMap((service) => [
    { queue: parkQueue(service, 'error'), why: `${WHO[service]} could not handle` },
    { queue: parkQueue(service, 'skipped'), why: `${WHO[service]} does not know, because its version is older` },
  ]),
  { queue: Queues.dead, why: 'a service died of again and again' },
  { queue: Queues.unrouted, why: 'no queue takes' },
];

/** Is anything put away that a person has to look at. */
export const checkParked: Check = ({ broker }, say) =>
  inAnswer(broker, say, (inspection) => {
    const found = PARKING.flatMap(({ queue, why }) => {
      const messages = waitingIn(inspection, queue);
      if (messages === 0) return [];
      const text = `${counted(messages, 'message')} that ${why} ${messages === 1 ? 'is' : 'are'} parked in ${queue}. See why, mend that, and replay or discard.`;
      return [say.warning(text, `dagctl dead-letters list --queue ${queue}`)];
    });
    return these(found, say, { well: () => 'No message is parked.' });
  });

function waitingIn(inspection: BrokerInspection, queue: string): number {
  return thingOf(inspection, queue)?.load?.messages ?? 0;
}

function thingOf({ things }: BrokerInspection, queue: string): SeenThing | undefined {
  return things.find(({ kind, name }) => kind === 'queue' && name === queue);
}
