import { parkQueue, waitKey, type ParkingService } from '#contracts';
import type { Transmission, Sender } from '../publishing/properties.js';
import type { Rejection } from './decode.js';
import type { WaitStep } from './failure-policy.js';
import { FaultHeaders, OriginHeaders, WaitHeaders } from './headers.js';
import type { Inbound } from './inbound.js';

/** A header table over 64 KiB cannot be sent (rabbitmq.md section 6); these leave room for the names and the numbers. */
const HEADERS_MAX_CHARACTERS = 24_000;
const VIOLATIONS_MAX_CHARACTERS = 16_000;
const MESSAGE_MAX_CHARACTERS = 2_000;

const BROKER_HEADERS = /^x-(death|delivery-count|(first|last)-death-.*)$/;
/** Written by us on every copy. What a sender wrote there itself says nothing, and is left out. */
const OWN_HEADERS: ReadonlySet<string> = new Set(
  [OriginHeaders, WaitHeaders, FaultHeaders].flatMap((names) => Object.values(names)),
);

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
    [FaultHeaders.reason]: rejection.reason.slice(0, MESSAGE_MAX_CHARACTERS),
    [FaultHeaders.message]: rejection.message.slice(0, MESSAGE_MAX_CHARACTERS),
    [FaultHeaders.violations]: boundedJson(rejection.violations),
    [FaultHeaders.queue]: inbound.queue,
    [FaultHeaders.at]: now.toISOString(),
    [FaultHeaders.service]: service,
  };
  return {
    exchange: 'dag.park',
    routingKey: parkQueue(service, rejection.park),
    content: inbound.message.content,
    options: optionsOf(inbound, id, sender, {
      ...foreignHeaders(inbound),
      ...(inbound.waits > 0 ? ladderOf(inbound, inbound.waits, now) : {}),
      ...fault,
      ...originOf(inbound),
    }),
  };
}

/** The copy that goes through a wait queue and comes back to the queue it is from. */
export function waitingCopy(inbound: Inbound, step: WaitStep, { id, sender, now }: CopyMeta): Transmission {
  const headers = Object.entries(foreignHeaders(inbound)).filter(([name]) => !BROKER_HEADERS.test(name));
  return {
    exchange: 'dag.wait',
    routingKey: waitKey(step, inbound.queue),
    content: inbound.message.content,
    options: optionsOf(inbound, id, sender, {
      ...Object.fromEntries(headers),
      ...ladderOf(inbound, inbound.waits + 1, now),
      ...originOf(inbound),
    }),
  };
}

function ladderOf({ firstFailureAt }: Inbound, attempt: number, now: Date): Readonly<Record<string, unknown>> {
  return { [WaitHeaders.attempt]: attempt, [WaitHeaders.firstFailureAt]: firstFailureAt ?? now.toISOString() };
}

function originOf({ exchange, routingKey, senderUser }: Inbound): Readonly<Record<string, string>> {
  const place = { [OriginHeaders.exchange]: exchange, [OriginHeaders.routingKey]: routingKey };
  return senderUser === undefined ? place : { ...place, [OriginHeaders.user]: senderUser };
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

/** The headers that others gave it. Such as would not leave room for ours are left out; that is said in their place. */
function foreignHeaders(inbound: Inbound): Readonly<Record<string, unknown>> {
  const all: Readonly<Record<string, unknown>> = inbound.message.properties.headers ?? {};
  const headers = Object.fromEntries(Object.entries(all).filter(([name]) => !OWN_HEADERS.has(name)));
  const size = JSON.stringify(headers).length;
  return size <= HEADERS_MAX_CHARACTERS ? headers : { 'dag-original-headers': `left out: ${size} characters` };
}

function boundedJson(violations: readonly string[]): string {
  let kept = violations.map((violation) => violation.slice(0, MESSAGE_MAX_CHARACTERS));
  while (JSON.stringify(kept).length > VIOLATIONS_MAX_CHARACTERS) kept = kept.slice(0, Math.floor(kept.length / 2));
  if (kept.length === violations.length) return JSON.stringify(kept);
  return JSON.stringify([...kept, `… and ${violations.length - kept.length} more`]);
}
