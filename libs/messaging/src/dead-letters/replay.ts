import {
  BackupsReported,
  DatabaseMoveObserved,
  NodeReported,
  PARKING_SERVICES,
  Queues,
  REPLAYS,
  RestoreRequested,
  covers,
  parkQueue,
  serviceTopology,
  type BindingDefinition,
} from '#contracts';
import type { ParkedMessage } from './parked-message.js';

/** What a replay of a parked message would be, or why there is none. */
export type Replay =
  /** The broker moves it to the queue in which it failed. */
  | { readonly kind: 'giveBack'; readonly to: string; readonly onlyById: string | null }
  | (Publication & { readonly onlyById: string | null })
  | { readonly kind: 'refused'; readonly why: string };

/** It is published again where it was first sent, from where these bindings bring it to its readers. */
export interface Publication {
  readonly kind: 'publish';
  readonly exchange: string;
  readonly routingKey: string;
  readonly bindings: readonly BindingDefinition[];
}

/** Reasons that lie in the message itself, so that no repair elsewhere can change them. */
const INCURABLE: ReadonlyMap<string, string> = new Map([
  ['malformed-json', 'its body is no JSON, which no repair of a service can change; its sender has to send it anew'],
  [
    'sender-mismatch',
    'it speaks for somebody who did not send it, and would be refused again; its sender has to send it anew',
  ],
]);

const AGENTS_ORDER =
  'it is an order to an agent: what is still wanted is ordered anew without a person, and an old order must not count again';
const MEMBERS_WORD =
  'only the member itself can say this, not dagctl for it; what was never heard is reckoned as lost, and done again';
const PAST_PICTURE = 'it shows how things stood then; how they stand now is told anew all the time';
/** What agents say of their servers, as against what they say of their orders. */
const PICTURES: ReadonlySet<string> = new Set(
  [NodeReported, DatabaseMoveObserved, BackupsReported].map(({ type }) => type),
);

/** Pure. `onlyById`: why a person has to name this one message, and cannot mean it by "all". */
export function replayOf(message: ParkedMessage): Replay {
  if (message.queue === Queues.unrouted) return publishedAgain(message, null);
  if (message.queue === Queues.dead) {
    if (message.failedIn?.startsWith('dag.node.')) return refused(AGENTS_ORDER);
    return publishedAgain(message, 'a service died of it, or could not put it away, and may do so again');
  }
  const service = PARKING_SERVICES.find((each) =>
    (['error', 'skipped'] as const).some((why) => parkQueue(each, why) === message.queue),
  );
  if (service === undefined) return refused(`${message.queue} is no queue where messages are parked`);
  const to = REPLAYS[service];
  return to === null ? refused(AGENTS_ORDER) : givenBack(message, to);
}

function givenBack(message: ParkedMessage, to: string): Replay {
  const { failedIn, reason, origin } = message;
  if (failedIn === null || origin.exchange === null || origin.exchange === 'dag.redeliver')
    return refused('its headers do not say where it was sent and failed, so its service would not take it');
  if (failedIn !== to) return refused(`it is a question from ${failedIn}, and nobody waits for its answer any more`);
  const incurable = INCURABLE.get(reason) ?? outdated(message);
  return incurable === null ? { kind: 'giveBack', to, onlyById: onlyByName(message) } : refused(incurable);
}

function publishedAgain(message: ParkedMessage, onlyById: string | null): Replay {
  const { exchange, routingKey } = message.origin;
  if (exchange !== 'dag.requests' || routingKey === null)
    return refused(
      outdated(message) ?? (exchange === 'dag.results' ? MEMBERS_WORD : 'it is not known where it was sent'),
    );
  const bindings = serviceTopology().bindings.filter(
    (binding) => binding.exchange === exchange && covers(binding.key, routingKey),
  );
  if (bindings.length === 0)
    return refused(`no queue takes requests with the key "${routingKey}"; publish it anew with the right one`);
  return { kind: 'publish', exchange, routingKey, bindings, onlyById: onlyById ?? onlyByName(message) };
}

/** Why a message means nothing any more; null where it may. */
function outdated({ type, origin }: ParkedMessage): string | null {
  switch (origin.exchange) {
    case 'dag.requests':
      return null;
    case 'dag.results':
      return type !== null && PICTURES.has(type) ? PAST_PICTURE : null;
    case 'dag.commands':
      return AGENTS_ORDER;
    case 'dag.inventory':
      return PAST_PICTURE;
    case 'dag.queries':
    case 'dag.heartbeats':
      return 'it is a question, and nobody waits for its answer any more';
    case 'dag.events':
      return 'it tells what the conductor did, which "dagctl runs" tells too';
    default:
      return `nothing of this product is first sent to ${origin.exchange ?? 'nowhere'}`;
  }
}

function onlyByName({ type, origin }: ParkedMessage): string | null {
  return type === RestoreRequested.type || origin.routingKey === RestoreRequested.route
    ? 'it asks for a restore, which may overwrite what is there now'
    : null;
}

function refused(why: string): Replay {
  return { kind: 'refused', why };
}
