import { parkQueue, waitKey, type ParkingService } from '#contracts';
import type { Transmission, Sender } from '../publishing/properties.js';
import type { Rejection } from './decode.js';
import type { WaitStep } from './failure-policy.js';
import { WaitHeaders, type Inbound } from './inbound.js';

/** A header table over 64 KiB cannot be sent (rabbitmq.md section 6); these leave room for the names and the numbers. */
const HEADERS_MAX_CHARACTERS = 24_000;
const VIOLATIONS_MAX_CHARACTERS = 16_000;
const MESSAGE_MAX_CHARACTERS = 2_000;

const BROKER_HEADERS = /^x-(death|delivery-count|(first|last)-death-.*)$/;

export interface CopyMeta {
  /** The id by which the message was handled: its own, or the one it was given on receipt. */
  readonly id: string;
  readonly sender: Sender;
  readonly now: Date;
}

/** The copy that goes to the error or skipped queue: same bytes, same properties, and in its headers why and from where. */
export function parkedCopy(
  inbound: Inbound,
  rejection: Rejection,
  service: ParkingService,
  { id, sender, now }: CopyMeta,
): Transmission {
  const fault: Readonly<Record<string, string>> = {
    'dag-fault-reason': rejection.reason.slice(0, MESSAGE_MAX_CHARACTERS),
    'dag-fault-message': rejection.message.slice(0, MESSAGE_MAX_CHARACTERS),
    'dag-fault-violations': boundedJson(rejection.violations),
    'dag-fault-queue': inbound.queue,
    'dag-fault-routing-key': inbound.routingKey,
    'dag-fault-exchange': inbound.exchange,
    'dag-fault-at': now.toISOString(),
    'dag-fault-service': service,
    ...(inbound.senderUser === undefined ? {} : { [WaitHeaders.user]: inbound.senderUser }),
  };
  return {
    exchange: 'dag.park',
    routingKey: parkQueue(service, rejection.park),
    content: inbound.message.content,
    options: optionsOf(inbound, id, sender, { ...originalHeaders(inbound), ...fault }),
  };
}

/** The copy that goes through a wait queue and comes back to the queue it is from. */
export function waitingCopy(inbound: Inbound, step: WaitStep, { id, sender, now }: CopyMeta): Transmission {
  const headers = Object.entries(originalHeaders(inbound)).filter(([name]) => !BROKER_HEADERS.test(name));
  return {
    exchange: 'dag.wait',
    routingKey: waitKey(step, inbound.queue),
    content: inbound.message.content,
    options: optionsOf(inbound, id, sender, {
      ...Object.fromEntries(headers),
      [WaitHeaders.attempt]: inbound.waits + 1,
      [WaitHeaders.firstFailureAt]: inbound.firstFailureAt ?? now.toISOString(),
      [WaitHeaders.exchange]: inbound.exchange,
      [WaitHeaders.routingKey]: inbound.routingKey,
      ...(inbound.senderUser === undefined ? {} : { [WaitHeaders.user]: inbound.senderUser }),
    }),
  };
}

/**
 * All properties stay but three: the user must be ours (the broker checks it; the sender's goes into a header), an expiry would
 * delete the copy, and a copy of a transient message must outlive a restart of the broker too.
 */
function optionsOf(
  inbound: Inbound,
  id: string,
  sender: Sender,
  headers: Readonly<Record<string, unknown>>,
): Transmission['options'] {
  const { correlationId, type, appId, contentType, contentEncoding, timestamp, replyTo, priority } =
    inbound.message.properties;
  const original = { correlationId, type, appId, contentType, contentEncoding, timestamp, replyTo, priority };
  return {
    ...Object.fromEntries(Object.entries(original).filter(([, value]) => value !== undefined)),
    messageId: id,
    userId: sender.user,
    persistent: true,
    mandatory: true,
    headers,
  };
}

/** Headers that would not leave room for ours are left out; that is said in their place. */
function originalHeaders(inbound: Inbound): Readonly<Record<string, unknown>> {
  const headers: Readonly<Record<string, unknown>> = inbound.message.properties.headers ?? {};
  const size = JSON.stringify(headers).length;
  return size <= HEADERS_MAX_CHARACTERS ? headers : { 'dag-original-headers': `left out: ${size} characters` };
}

function boundedJson(violations: readonly string[]): string {
  let kept = violations.map((violation) => violation.slice(0, MESSAGE_MAX_CHARACTERS));
  while (JSON.stringify(kept).length > VIOLATIONS_MAX_CHARACTERS) kept = kept.slice(0, Math.floor(kept.length / 2));
  if (kept.length === violations.length) return JSON.stringify(kept);
  return JSON.stringify([...kept, `… and ${violations.length - kept.length} more`]);
}
