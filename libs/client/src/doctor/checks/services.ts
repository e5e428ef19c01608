import { Queues, type DoctorCheck, type DoctorFinding, type ServiceView } from '#contracts';
import { formatDuration } from '../../progress/format.js';
import type { Answer, DoctorFacts } from '../facts.js';
import { findingsOf, type Findings } from '../finding.js';
import { CLOCK_TOLERANCE_MS, SLOW_ANSWER_MS } from '../limits.js';
import { counted, members, minuteOf } from '../words.js';

export function checkConductor(facts: DoctorFacts): readonly DoctorFinding[] {
  return [checkService('conductor', Queues.conductorInbox, facts.maintenance, facts)];
}

export function checkInventory(facts: DoctorFacts): readonly DoctorFinding[] {
  return [checkService('inventory', Queues.inventoryInbox, facts.snapshot, facts)];
}

type Serving = { readonly service?: ServiceView };

function checkService(
  name: DoctorCheck & ('conductor' | 'inventory'),
  inbox: string,
  answer: Answer<Serving>,
  facts: DoctorFacts,
): DoctorFinding {
  const say = findingsOf(name);
  const { broker } = facts;
  const load =
    broker.kind === 'answered' ? (broker.value.things.find((thing) => thing.name === inbox)?.load ?? null) : null;
  if (answer.kind === 'failed') {
    const isUnreachable = broker.kind === 'failed' && broker.failure.type === 'broker.unreachable';
    if (isUnreachable) return say.notChecked('It cannot be asked without the broker.');
    return noAnswer(say, name, inbox, answer.failure.message, load);
  }
  const tookMs = Math.max(0, answer.endedAtMs - answer.askedAtMs);
  const { service } = answer.value;
  const who = service
    ? `version ${service.version}, ${service.instance} acts since ${minuteOf(service.actingSince)}`
    : 'it does not say its version';
  if (load?.consumers === 0) {
    const text = `The ${name} answers (${who}), but nobody consumes ${inbox}, where ${counted(load.messages, 'message')} ${load.messages === 1 ? 'waits' : 'wait'}. Look again; if it stays so, start the service again.`;
    return say.problem(text);
  }
  if (tookMs >= SLOW_ANSWER_MS) {
    return say.warning(
      `The ${name} needed ${formatDuration(tookMs)} for its answer (${who}). Its log says what it is busy with.`,
    );
  }
  return say.ok(`It answers within ${tookMs} ms: ${who}.`);
}

function noAnswer(
  say: Findings,
  name: string,
  inbox: string,
  why: string,
  load: { readonly messages: number; readonly consumers: number } | null,
): DoctorFinding {
  const kept = load && load.messages > 0 ? ` ${counted(load.messages, 'message')} wait in ${inbox}; none is lost.` : '';
  if (load?.consumers === 0) {
    return say.problem(
      `No ${name} acts: nobody consumes ${inbox}.${kept} Start the ${name} service; if it runs, its log says what it waits for.`,
    );
  }
  const state = load ? ` It consumes ${inbox}, so it runs and hangs, or its database is away.` : '';
  return say.problem(`The ${name} gives no answer (${why}).${state}${kept} Look at its log.`);
}

/** Is an update half done. */
export function checkVersions(facts: DoctorFacts): readonly DoctorFinding[] {
  const say = findingsOf('versions');
  const { snapshot, maintenance, version } = facts;
  if (snapshot.kind === 'failed' && maintenance.kind === 'failed') {
    return [say.notChecked('Neither the conductor nor the inventory answers.')];
  }
  const agents = snapshot.kind === 'answered' ? snapshot.value.members : [];
  const versions = new Map<string, string[]>();
  const add = (of: string, who: string): void => void versions.set(of, [...(versions.get(of) ?? []), who]);
  add(version, 'this program');
  if (maintenance.kind === 'answered') add(maintenance.value.service?.version ?? OLDER, 'the conductor');
  if (snapshot.kind === 'answered') add(snapshot.value.service?.version ?? OLDER, 'the inventory');
  const agentVersions = new Set(agents.map(({ agent }) => agent.version).filter((each) => each !== null));
  for (const each of agentVersions) {
    const ids = agents.filter(({ agent }) => agent.version === each).map(({ id }) => id);
    add(each, `the agents of ${members(ids)}`);
  }
  if (versions.size === 1) return [say.ok(`Everything that answers is of version ${version}.`)];
  const told = [...versions].map(([of, who]) => `${of}: ${who.join(', ')}`).join('; ');
  return [say.warning(`Not everything is of one version (${told}). Finish the update.`)];
}

/** Before services told their version. */
const OLDER = 'an older one';

/** Do the services reckon with the same time as the one who asks. */
export function checkClocks({ snapshot, maintenance }: DoctorFacts): readonly DoctorFinding[] {
  const say = findingsOf('clocks');
  const looks = [
    { name: 'conductor', answer: maintenance as Answer<Serving> },
    { name: 'inventory', answer: snapshot as Answer<Serving> },
  ].flatMap(({ name, answer }) => {
    const aheadMs = aheadOf(answer);
    return aheadMs === null ? [] : [{ name, aheadMs }];
  });
  if (looks.length === 0) return [say.notChecked('No service said what time it has.')];
  const wrong = looks.filter(({ aheadMs }) => Math.abs(aheadMs) >= CLOCK_TOLERANCE_MS);
  if (wrong.length === 0)
    return [say.ok(`The clocks of ${looks.map(({ name }) => name).join(' and ')} agree with this machine's.`)];
  return wrong.map(({ name, aheadMs }) =>
    say.warning(
      `The clock of the ${name} is ${formatDuration(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's: windows, deadlines and ages are reckoned wrongly by one of them. Set both by one time service.`,
    ),
  );
}

/** By how much a clock is certainly ahead (negative: behind), whatever time the answer was on its way; null: not told. */
function aheadOf(answer: Answer<Serving>): number | null {
  if (answer.kind === 'failed' || !answer.value.service) return null;
  const atMs = Date.parse(answer.value.service.at);
  if (atMs > answer.endedAtMs) return atMs - answer.endedAtMs;
  return Math.min(0, atMs - answer.askedAtMs);
}
