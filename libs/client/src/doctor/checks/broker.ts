import {
  PARKING_SERVICES,
  Queues,
  WAIT_STEPS,
  commandQueue,
  parkQueue,
  waitQueue,
  type DoctorFinding,
} from '#contracts';
import type { BrokerInspection, SeenThing } from '#messaging';
import type { Answer, DoctorFacts } from '../facts.js';
import { findingsOf, inAnswer, limited } from '../finding.js';
import { QUEUE_PROBLEM_MESSAGES, QUEUE_WARNING_MESSAGES } from '../limits.js';
import { counted, listed } from '../words.js';

/** Is it there, which one is it, and does it take messages. */
export function checkBroker({ broker }: DoctorFacts): readonly DoctorFinding[] {
  const say = findingsOf('broker');
  if (broker.kind === 'failed') {
    const { type, message } = broker.failure;
    return [type === 'broker.unreachable' ? say.problem(message) : say.warning(message)];
  }
  const { product, version, place, user, blockedBecause } = broker.value;
  if (blockedBecause !== null) {
    const text = `The broker at ${place} takes no messages (${blockedBecause}): nothing new can begin. Free its disk or memory.`;
    return [say.problem(text)];
  }
  return [say.ok(`${product ?? 'A broker'} ${version ?? 'of an unknown version'} at ${place}, used as ${user}.`)];
}

/** Is everything there that messages go through. */
export function checkTopology(facts: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('topology', facts.broker, ({ things, user }, say) => {
    const all = [...things, ...neededQueues(facts)];
    const named = (state: SeenThing['state']): readonly string[] =>
      all.filter((thing) => thing.state === state).map(({ kind, name }) => `${kind} ${name}`);
    const missing = named('missing');
    if (missing.length > 0) {
      const text = `The broker lacks ${listed(missing)}: what goes there is refused. An administrator of the broker makes it.`;
      return [say.problem(text, applyCommand(facts))];
    }
    const hidden = named('hidden');
    if (hidden.length > 0) {
      const text = `${user} may not look at ${listed(hidden)}, so what waits there is not known. Apply the topology of this version, which gives it the right.`;
      return [say.notChecked(text)];
    }
    const exchanges = all.filter(({ kind }) => kind === 'exchange').length;
    return [say.ok(`${counted(exchanges, 'exchange')} and ${counted(all.length - exchanges, 'queue')} are there.`)];
  });
}

/** Of members without an agent nobody needs one. */
function neededQueues({ memberQueues, snapshot }: DoctorFacts): readonly SeenThing[] {
  if (memberQueues.kind === 'failed' || snapshot.kind === 'failed') return [];
  const needed = new Set(
    snapshot.value.members.filter(({ agent }) => agent.state !== 'never').map(({ id }) => commandQueue(id)),
  );
  return memberQueues.value.filter(({ name, state }) => needed.has(name) || state === 'there');
}

function applyCommand({ snapshot }: DoctorFacts): string {
  const ids = snapshot.kind === 'answered' ? snapshot.value.members.map(({ id }) => id.toUpperCase()) : [];
  return `dagctl topology apply${ids.length === 0 ? '' : ` --member ${ids.join(',')}`}`;
}

const PARKING: readonly { readonly queue: string; readonly why: string }[] = [
  ...PARKING_SERVICES.flatMap((service) => [
    { queue: parkQueue(service, 'error'), why: `${whose(service)} could not handle` },
    { queue: parkQueue(service, 'skipped'), why: `${whose(service)} does not know, because its version is older` },
  ]),
  { queue: Queues.dead, why: 'a service died of again and again' },
  { queue: Queues.unrouted, why: 'no queue takes' },
];

function whose(service: (typeof PARKING_SERVICES)[number]): string {
  return service === 'node' ? 'an agent' : `the ${service}`;
}

/** Is anything put away that a person has to look at. */
export function checkParked({ broker }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('parked', broker, (inspection, say) => {
    const found = PARKING.flatMap(({ queue, why }) => {
      const messages = waitingIn(inspection, queue);
      if (messages === 0) return [];
      const text = `${counted(messages, 'message')} that ${why} ${messages === 1 ? 'is' : 'are'} parked in ${queue}. See why, mend that, and replay or discard.`;
      return [say.warning(text, 'dagctl dead-letters list')];
    });
    return found.length > 0 ? found : [say.ok('No message is parked.')];
  });
}

/** Does anything pile up. */
export function checkQueues(facts: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('queues', facts.broker, (inspection, say) => {
    const inboxes = [Queues.conductorInbox, Queues.inventoryInbox].map((name) => thingOf(inspection, name));
    const filling = [...inboxes, ...commandQueuesOf(facts.memberQueues)].flatMap((thing) => {
      const messages = thing?.load?.messages ?? 0;
      if (!thing || messages < QUEUE_WARNING_MESSAGES) return [];
      const seen = `${counted(messages, 'message')} wait in ${thing.name}`;
      return messages >= QUEUE_PROBLEM_MESSAGES
        ? [say.problem(`${seen}; at 100,000 the broker refuses more. See why its service does not keep up.`)]
        : [say.warning(`${seen}: its service does not keep up. See its log.`)];
    });
    const again = WAIT_STEPS.reduce((sum, { name }) => sum + waitingIn(inspection, waitQueue(name)), 0);
    const waiting =
      again === 0
        ? []
        : [
            say.warning(
              `${counted(again, 'message')} could not be handled and ${again === 1 ? 'waits' : 'wait'} to be tried again; the log of the service says why (message.delayed).`,
            ),
          ];
    const found = [...limited(filling, say), ...waiting];
    return found.length > 0 ? found : [say.ok('Nothing piles up in the inboxes, and nothing waits to be tried again.')];
  });
}

function commandQueuesOf(memberQueues: Answer<readonly SeenThing[]>): readonly SeenThing[] {
  return memberQueues.kind === 'answered' ? memberQueues.value : [];
}

function waitingIn(inspection: BrokerInspection, queue: string): number {
  return thingOf(inspection, queue)?.load?.messages ?? 0;
}

function thingOf({ things }: BrokerInspection, queue: string): SeenThing | undefined {
  return things.find(({ kind, name }) => kind === 'queue' && name === queue);
}
