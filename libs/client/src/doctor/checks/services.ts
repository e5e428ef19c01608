import { Queues, type ServiceView } from '#contracts';
import type { QueueLoad } from '#messaging';
import { formatDuration } from '../../progress/format.js';
import type { Answer, DoctorFacts } from '../facts.js';
import { whyUnknown, type Check, type Findings } from '../finding.js';
import { CLOCK_TOLERANCE_MS, SLOW_ANSWER_MS } from '../limits.js';
import { both, counted, members, minuteOf } from '../words.js';

type Serving = Answer<{ readonly service?: ServiceView }>;

/** Does it answer, how fast, and who is it. */
export const checkConductor: Check = (facts, say) => checkService(facts.maintenance, Queues.conductorInbox, facts, say);
export const checkInventory: Check = (facts, say) => checkService(facts.snapshot, Queues.inventoryInbox, facts, say);

function checkService(answer: Serving, inbox: string, { broker }: DoctorFacts, say: Findings) {
  const things = broker.kind === 'answered' ? broker.value.things : [];
  const load = things.find(({ name }) => name === inbox)?.load ?? null;
  if (answer.kind === 'failed') return [noAnswer(answer, inbox, load, say)];
  const { asked, value } = answer;
  const tookMs = Math.max(0, answer.endedAtMs - answer.askedAtMs);
  const who = value.service
    ? `version ${value.service.version}, ${value.service.instance} acts since ${minuteOf(value.service.actingSince)}`
    : 'it does not say its version';
  if (load?.consumers === 0) {
    const text = `The ${asked} answers (${who}), but nobody consumes ${inbox}.${keptIn(inbox, load)} Look again; if it stays so, start the service again.`;
    return [say.problem(text)];
  }
  if (tookMs >= SLOW_ANSWER_MS) {
    const text = `The ${asked} needed ${formatDuration(tookMs)} for its answer (${who}). Its log says what it is busy with.`;
    return [say.warning(text)];
  }
  return [say.ok(`It answers within ${tookMs} ms: ${who}.`)];
}

function noAnswer(answer: Serving & { readonly kind: 'failed' }, inbox: string, load: QueueLoad | null, say: Findings) {
  const { asked, failure } = answer;
  if (failure.type === 'broker.unreachable') return say.notChecked(whyUnknown(answer));
  if (load === null) return say.problem(`The ${asked} gives no answer (${failure.message}). Look at its log.`);
  const kept = keptIn(inbox, load);
  return load.consumers === 0
    ? say.problem(
        `No ${asked} acts: nobody consumes ${inbox}.${kept} Start the ${asked} service; if it runs, its log says what it waits for.`,
      )
    : say.problem(
        `The ${asked} gives no answer (${failure.message}). It consumes ${inbox}, so it runs and hangs, or its database is away.${kept} Look at its log.`,
      );
}

function keptIn(inbox: string, { messages }: QueueLoad): string {
  if (messages === 0) return '';
  return ` ${counted(messages, 'message')} ${messages === 1 ? 'waits' : 'wait'} in ${inbox}; none is lost.`;
}

/** Before services told their version. */
const OLDER = 'an older one';

/** Is an update half done. */
export const checkVersions: Check = ({ snapshot, maintenance, version }, say) => {
  if (snapshot.kind === 'failed' && maintenance.kind === 'failed') return [say.notChecked(whyUnknown(snapshot))];
  const versions = new Map<string, string[]>();
  const add = (of: string, who: string): void => void versions.set(of, [...(versions.get(of) ?? []), who]);
  add(version, 'this program');
  for (const answer of [maintenance, snapshot]) {
    if (answer.kind === 'answered') add(answer.value.service?.version ?? OLDER, `the ${answer.asked}`);
  }
  const agents = snapshot.kind === 'answered' ? snapshot.value.members : [];
  const agentVersions = new Set(agents.map(({ agent }) => agent.version).filter((each) => typeof each === 'string'));
  for (const each of agentVersions) {
    const ids = agents.filter(({ agent }) => agent.version === each).map(({ id }) => id);
    add(each, `the agents of ${members(ids)}`);
  }
  if (versions.size === 1) return [say.ok(`Everything that answers is of version ${version}.`)];
  const told = [...versions].map(([of, who]) => `${of}: ${who.join(', ')}`).join('; ');
  return [say.warning(`Not everything is of one version (${told}). Finish the update.`)];
};

/** Do the services reckon with the same time as the one who asks. */
export const checkClocks: Check = ({ snapshot, maintenance }, say) => {
  if (snapshot.kind === 'failed' && maintenance.kind === 'failed') return [say.notChecked(whyUnknown(snapshot))];
  const told = [maintenance, snapshot].flatMap((answer: Serving) => {
    const aheadMs = aheadOf(answer);
    return aheadMs === null ? [] : [{ name: answer.asked, aheadMs }];
  });
  if (told.length === 0) return [say.notChecked('No service said what time it has.')];
  const wrong = told.filter(({ aheadMs }) => Math.abs(aheadMs) >= CLOCK_TOLERANCE_MS);
  if (wrong.length === 0) return [say.ok(`The time of ${both(told.map(({ name }) => name))} is this machine's.`)];
  return wrong.map(({ name, aheadMs }) => {
    const apart = `${formatDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
    return say.warning(
      `The clock of the ${name} is ${apart} this machine's: windows, deadlines and ages are reckoned wrongly by one of them. Set both by one time service.`,
    );
  });
};

/** By how much a clock is certainly ahead (negative: behind), whatever time the answer was on its way; null: not told. */
function aheadOf(answer: Serving): number | null {
  if (answer.kind === 'failed' || !answer.value.service) return null;
  const atMs = Date.parse(answer.value.service.at);
  if (atMs > answer.endedAtMs) return atMs - answer.endedAtMs;
  return Math.min(0, atMs - answer.askedAtMs);
}
