import { createHash } from 'node:crypto';
import type { Message } from 'amqplib';
import { Queues, contractByRoute, isEnvelope } from '#contracts';
import { FaultHeaders, OriginHeaders } from '../consuming/headers.js';
import { instantOf, isRecord, jsonOf, listOf, textOf, timeOf } from './values.js';

/** What people can type and paste; the id of a message comes from outside and may be anything. */
const TYPABLE = /^[\x21-\x7e]{1,200}$/;
const DIGEST_CHARACTERS = 16;

/** A message that waits for a person, and what it says of itself. All of that was written by others, and may be missing or wrong. */
export interface ParkedMessage {
  /** The queue it lies in. */
  readonly queue: string;
  /** Its own id; a digest of its content where it has none, or one that nobody could type. */
  readonly id: string;
  readonly type: string | null;
  /** When it was put here, as far as it says: its service's or the broker's clock. */
  readonly at: string | null;
  readonly reason: string;
  /** The reason in words. */
  readonly message: string | null;
  readonly violations: readonly string[];
  /** The queue in which it failed; null for one that reached none. */
  readonly failedIn: string | null;
  /** Where it was first sent, and by which broker user; the user is null where the sender set none. */
  readonly origin: Origin;
  /** The broker user on the message as it lies here: of the service that parked it, or else of its sender. */
  readonly user: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content: Buffer;
}

export interface Origin {
  readonly exchange: string | null;
  readonly routingKey: string | null;
  readonly user: string | null;
}

/** How a message came where it lies, by who put it there. */
type Story = Pick<ParkedMessage, 'at' | 'reason' | 'message' | 'violations' | 'failedIn' | 'origin'>;

export function parkedMessageOf(queue: string, { fields, properties, content }: Message): ParkedMessage {
  const { headers: table, ...others } = properties;
  const headers: Readonly<Record<string, unknown>> = table ?? {};
  const story = storyOf(queue, fields, others, headers);
  return {
    queue,
    id: idOf(properties.messageId, content, fields),
    type: typeOf(content) ?? textOf(properties.type) ?? typeByRoute(story.origin),
    ...story,
    user: textOf(properties.userId),
    properties: Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)),
    headers,
    content,
  };
}

type Fields = Pick<Message['fields'], 'exchange' | 'routingKey'>;

function storyOf(
  queue: string,
  fields: Fields,
  properties: Omit<Message['properties'], 'headers'>,
  headers: Readonly<Record<string, unknown>>,
): Story {
  const user = textOf(properties.userId);
  const sent = { exchange: fields.exchange, routingKey: fields.routingKey, user };
  switch (queue) {
    case Queues.unrouted:
      return {
        at: timeOf(properties.timestamp),
        reason: 'unrouted',
        message: `no queue took key "${fields.routingKey}" of ${fields.exchange}`,
        violations: [],
        failedIn: null,
        origin: originOf(sent, headers),
      };
    case Queues.dead: {
      const death = lastDeath(headers);
      const { queue: failedIn, ...place } = death;
      return {
        at: death.at,
        reason: death.reason ?? 'unknown',
        message: failedIn === null ? null : `the broker took it from ${failedIn}, whose consumer never finished it`,
        violations: [],
        failedIn,
        origin: originOf({ exchange: place.exchange, routingKey: place.routingKey, user }, headers),
      };
    }
    default:
      return {
        at: instantOf(headers[FaultHeaders.at]),
        reason: textOf(headers[FaultHeaders.reason]) ?? 'unknown',
        message: textOf(headers[FaultHeaders.message]),
        violations: listOf(headers[FaultHeaders.violations]),
        failedIn: textOf(headers[FaultHeaders.queue]),
        origin: headerOrigin(headers),
      };
  }
}

/** What came by the redelivery exchange had been somewhere before, which its headers say. */
function originOf(sent: Origin, headers: Readonly<Record<string, unknown>>): Origin {
  return sent.exchange === 'dag.redeliver' ? headerOrigin(headers) : sent;
}

function headerOrigin(headers: Readonly<Record<string, unknown>>): Origin {
  return {
    exchange: textOf(headers[OriginHeaders.exchange]),
    routingKey: textOf(headers[OriginHeaders.routingKey]),
    user: textOf(headers[OriginHeaders.user]),
  };
}

interface Death {
  readonly queue: string | null;
  readonly reason: string | null;
  readonly exchange: string | null;
  readonly routingKey: string | null;
  readonly at: string | null;
}

/** The newest entry of the broker's own record. */
function lastDeath(headers: Readonly<Record<string, unknown>>): Death {
  const deaths: unknown = headers['x-death'];
  const last: unknown = Array.isArray(deaths) ? deaths[0] : undefined;
  const entry: Readonly<Record<string, unknown>> = isRecord(last) ? last : {};
  const keys: unknown = entry['routing-keys'];
  const time: unknown = entry['time'];
  return {
    queue: textOf(entry['queue']),
    reason: textOf(entry['reason']),
    exchange: textOf(entry['exchange']),
    routingKey: textOf(Array.isArray(keys) ? keys[0] : undefined),
    at: timeOf(isRecord(time) ? time['value'] : undefined),
  };
}

function idOf(messageId: unknown, content: Buffer, { exchange, routingKey }: Fields): string {
  const own = textOf(messageId) ?? textOf(envelopeOf(content)?.id);
  if (own !== null && TYPABLE.test(own)) return own;
  const digest = createHash('sha256')
    .update(`${exchange}\n${routingKey}\n${own ?? ''}\n`)
    .update(content)
    .digest('hex');
  return `sha256-${digest.slice(0, DIGEST_CHARACTERS)}`;
}

function typeOf(content: Buffer): string | null {
  return textOf(envelopeOf(content)?.type);
}

function typeByRoute({ exchange, routingKey }: Origin): string | null {
  return exchange === null || routingKey === null ? null : (contractByRoute(exchange, routingKey)?.type ?? null);
}

function envelopeOf(content: Buffer): { readonly id?: unknown; readonly type: string } | undefined {
  const body = jsonOf(content);
  return isEnvelope(body) ? body : undefined;
}
