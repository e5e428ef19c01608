import {
  contractByRoute,
  contractOf,
  envelopeViolations,
  isEnvelope,
  memberUserName,
  type Envelope,
  type MessageContract,
} from '#contracts';
import { toEnvelope } from '../publishing/outgoing.js';
import type { Inbound } from './inbound.js';
import { validated } from './validate.js';

export interface Decoded {
  readonly contract: MessageContract;
  readonly envelope: Envelope<object>;
}

/** Why a message is put away, and under which of a service's two names. */
export interface Rejection {
  readonly park: 'error' | 'skipped';
  readonly reason: string;
  readonly message: string;
  readonly violations: readonly string[];
}

export type Decoding =
  | { readonly kind: 'decoded'; readonly decoded: Decoded }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export interface Reception {
  /** The id given to a message that was published by hand without one. */
  readonly newId: () => string;
  readonly now: Date;
  readonly verifySender: boolean;
}

/** From bytes to a validated message, or to the reason why it is none. */
export function decode(inbound: Inbound, reception: Reception): Decoding {
  const body = parse(inbound.message.content);
  if (!body.ok) return rejected('error', 'malformed-json', body.why, [body.why]);
  const opened = open(body.value, inbound, reception);
  if ('kind' in opened) return opened;
  const { contract, envelope } = opened;
  const data = validated(contract.data, envelope.data);
  if (!data.ok)
    return rejected(
      'error',
      'validation',
      `${contract.type} has ${data.violations.length} violations`,
      data.violations,
    );
  const liar = reception.verifySender ? senderViolation(inbound, data.data) : undefined;
  if (liar !== undefined) return rejected('error', 'sender-mismatch', liar, [liar]);
  return { kind: 'decoded', decoded: { contract, envelope: { ...envelope, data: data.data } } };
}

function parse(
  content: Buffer,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string } {
  try {
    // A byte sequence that is no UTF-8 would otherwise pass as a name with replacement characters.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch (error) {
    return {
      ok: false,
      why: `the body is not JSON in UTF-8: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

interface Opened {
  readonly contract: MessageContract;
  readonly envelope: Envelope;
}

function open(body: unknown, inbound: Inbound, reception: Reception): Opened | Decoding {
  if (isEnvelope(body)) {
    const violations = envelopeViolations(body);
    if (violations.length > 0)
      return rejected('error', 'bad-envelope', 'the CloudEvents envelope is wrong', violations);
    const contract = contractOf(body.type);
    if (!contract) return unknownType(`the message type ${body.type.slice(0, 100)} is not known to this version`);
    return { contract, envelope: body };
  }
  const { exchange, routingKey } = inbound;
  const contract = contractByRoute(exchange, routingKey);
  if (!contract) {
    return unknownType(
      `the body has no envelope, and exchange "${exchange}" with key "${routingKey}" does not say what it is`,
    );
  }
  return { contract, envelope: stamped(contract, body, inbound, reception) };
}

/** Published by hand: what the envelope would say is taken from the AMQP properties, or made up. */
function stamped(contract: MessageContract, data: unknown, inbound: Inbound, reception: Reception): Envelope {
  const { messageId, correlationId } = inbound.message.properties;
  return toEnvelope(contract.type, data, {
    id: typeof messageId === 'string' && messageId !== '' ? messageId : reception.newId(),
    source: `/amqp/${encodeURIComponent(inbound.senderUser ?? 'unknown')}`,
    time: reception.now,
    ...(typeof correlationId === 'string' ? { correlationId } : {}),
  });
}

/** Members speak for themselves only: key, broker user and data must name the same one. */
function senderViolation(inbound: Inbound, data: object): string | undefined {
  if (!inbound.genuine) return 'it came by the redelivery exchange and was not put there by this service';
  const member = memberOf(inbound.exchange, inbound.routingKey);
  if (member === undefined) return undefined;
  if (inbound.senderUser !== memberUserName(member)) {
    return `the key names member ${member}, but the sender is ${inbound.senderUser ?? 'not given'}; it must be ${memberUserName(member)}`;
  }
  const claimed = 'memberId' in data ? data.memberId : undefined;
  return claimed === undefined || claimed === member
    ? undefined
    : `the key names member ${member}, but the data names ${JSON.stringify(claimed)}`;
}

function memberOf(exchange: string, key: string): string | undefined {
  if (exchange === 'dag.heartbeats') return key;
  return exchange === 'dag.results' ? (key.split('.')[1] ?? '') : undefined;
}

function unknownType(message: string): Decoding {
  return rejected('skipped', 'unknown-type', message, []);
}

function rejected(park: Rejection['park'], reason: string, message: string, violations: readonly string[]): Decoding {
  return { kind: 'rejected', rejection: { park, reason, message, violations } };
}
