import { randomUUID } from 'node:crypto';
import { Failure } from '#contracts';
import { toEnvelope } from '../publishing/outgoing.js';
import { contentOf, propertiesOf, type Sender, type Transmission } from '../publishing/properties.js';

/** Marks an answer that is a Failure. */
export const FAILURE_TYPE = 'dag.failure.v1';

/** The answer to a question, or undefined where the asker wants none. It goes by the default exchange, as direct reply-to needs. */
export function replyTransmission(
  question: { readonly replyTo?: unknown; readonly correlationId?: unknown },
  data: unknown,
  questionType: string,
  meta: { readonly id: string; readonly source: string; readonly sender: Sender; readonly now: Date },
): Transmission | undefined {
  const { replyTo, correlationId } = question;
  if (typeof replyTo !== 'string' || replyTo === '') return undefined;
  const type = data instanceof Failure ? FAILURE_TYPE : `${questionType}.reply`;
  const envelope = toEnvelope(type, data, {
    id: randomUUID(),
    source: meta.source,
    time: meta.now,
    causationId: meta.id,
  });
  return {
    exchange: '',
    routingKey: replyTo,
    content: contentOf(envelope),
    options: {
      ...propertiesOf(envelope, false, meta.sender),
      // An asker who has gone leaves nobody to answer; that is no fault of anything.
      mandatory: false,
      ...(typeof correlationId === 'string' ? { correlationId } : {}),
    },
  };
}
