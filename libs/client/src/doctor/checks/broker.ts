import { commandQueue } from '#contracts';
import type { SeenThing } from '#messaging';
import type { DoctorFacts } from '../facts.js';
import { inAnswer, type Check } from '../finding.js';
import { counted, listed } from '../words.js';

/** Is it there, which one is it, and does it take messages. */
export const checkBroker: Check = ({ broker }, say) => {
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
};

/** Is everything there that messages go through. */
export const checkTopology: Check = (facts, say) =>
  inAnswer(facts.broker, say, ({ things, user }) => {
    const all = [...things, ...neededQueues(facts)];
    const missing = all.filter(({ state }) => state === 'missing').map(({ kind, name }) => `${kind} ${name}`);
    if (missing.length > 0) {
      const text = `The broker lacks ${listed(missing)}: what goes there is refused. An administrator of the broker makes it.`;
      return [say.problem(text, applyCommand(facts))];
    }
    // An exchange that may not be looked at is taken to be there: services check them at their start.
    const hidden = all.filter(({ kind, state }) => kind === 'queue' && state === 'hidden').map(({ name }) => name);
    if (hidden.length > 0) {
      const text = `${user} may not look at ${listed(hidden)}, so what waits there is not known. An administrator of the broker gives it the right by applying the users of this version.`;
      return [say.notChecked(text)];
    }
    const exchanges = all.filter(({ kind }) => kind === 'exchange').length;
    return [say.ok(`${counted(exchanges, 'exchange')} and ${counted(all.length - exchanges, 'queue')} are there.`)];
  });

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
