/**
 * CloudEvents 1.0, structured JSON mode. CloudEvents binds AMQP 1.0 only; on RabbitMQ's AMQP 0-9-1 the body is the whole
 * event and the AMQP properties repeat the parts that operators read in the management UI (design, section 4).
 */
export interface Envelope<Data = unknown> {
  readonly specversion: '1.0';
  /** Unique per source; the same id again is the same message delivered twice. */
  readonly id: string;
  /** The service instance that sent it, as a URI reference: `/conductor/<instance>`. */
  readonly source: string;
  readonly type: string;
  /** The database, run or member that the message is about. */
  readonly subject?: string;
  /** UTC. Never compared with another machine's clock. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Extension: the run a message belongs to. */
  readonly correlationid?: string;
  /** Extension: id of the message that led to this one. */
  readonly causationid?: string;
  /** Extension: W3C trace context. */
  readonly traceparent?: string;
  readonly data: Data;
}

export const ENVELOPE_CONTENT_TYPE = 'application/cloudevents+json';

/** True for a body that carries an envelope; anything else is taken as bare data, published by hand. */
export function isEnvelope(body: unknown): body is Envelope {
  if (typeof body !== 'object' || body === null) return false;
  const candidate = body as Partial<Record<keyof Envelope, unknown>>;
  return candidate.specversion === '1.0' && typeof candidate.type === 'string' && 'data' in candidate;
}

/** What is wrong with an envelope, each violation in one line; empty when nothing is. */
export function envelopeViolations(envelope: Envelope): readonly string[] {
  const violations: string[] = [];
  const text = (name: 'id' | 'source' | 'type' | 'time', maxLength: number): void => {
    const value: unknown = envelope[name];
    if (typeof value !== 'string' || value === '') violations.push(`${name} must be a non-empty string`);
    else if (value.length > maxLength) violations.push(`${name} must not be longer than ${maxLength} characters`);
  };
  text('id', 200);
  text('source', 300);
  text('type', 100);
  text('time', 40);
  if (typeof envelope.time === 'string' && Number.isNaN(Date.parse(envelope.time)))
    violations.push('time must be an ISO-8601 time');
  return violations;
}
