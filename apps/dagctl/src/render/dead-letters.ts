import { jsonOf, jsonText, utf8Of, type Looked, type ParkedMessage } from '#messaging';
import { momentOf } from './moments.js';
import { oneLine, printable } from './printable.js';
import type { TableOptions } from './table.js';

const BODY_MAX_CHARACTERS = 20_000;
const VIOLATIONS_SHOWN = 20;

/** A parked message as JSON: everything, the body as text where it is text. */
export function recordOf(message: ParkedMessage): Readonly<Record<string, unknown>> {
  const { content, ...said } = message;
  const text = utf8Of(content);
  return {
    ...said,
    sizeBytes: content.length,
    ...(text === null ? { bodyBase64: content.toString('base64') } : { body: text }),
  };
}

/** The same without what is long, for lists. */
export function summaryOf(message: ParkedMessage): Readonly<Record<string, unknown>> {
  const { content, headers: _headers, properties: _properties, ...said } = message;
  return { ...said, sizeBytes: content.length };
}

export interface LookedQueue extends Looked {
  readonly queue: string;
}

/** One block for each queue in which something lies; empty when nothing does. */
export function renderDeadLetters(queues: readonly LookedQueue[], look: TableOptions): string {
  return queues
    .filter(({ count, messages }) => count > 0 || messages.length > 0)
    .map(({ queue, count, messages }) => {
      const shown = messages.length < count ? `, the first ${messages.length} of them` : '';
      const head = look.colours.bold(`${queue}: ${count} ${count === 1 ? 'message' : 'messages'}${shown}`);
      return [head, ...messages.map((message) => renderLines(message, look))].join('\n');
    })
    .join('\n\n');
}

function renderLines(message: ParkedMessage, { colours }: TableOptions): string {
  const { id, at, type, reason } = message;
  const when = at === null ? 'at a time unknown' : momentOf(at);
  return [
    `  ${id}  ${when}  ${oneLine(type ?? 'of no known type')}  ${colours.red(oneLine(reason))}`,
    `    ${placesOf(message)}`,
    ...(message.message === null ? [] : [`    ${oneLine(message.message)}`]),
  ].join('\n');
}

function placesOf({ origin, failedIn, user, queue }: ParkedMessage): string {
  const sent =
    origin.exchange === null
      ? 'it is not known where it was sent'
      : `sent to ${origin.exchange} with key "${origin.routingKey ?? ''}" by ${origin.user ?? 'a user not named'}`;
  const failed = failedIn === null ? '' : `, failed in ${failedIn}`;
  const by = user === null || user === origin.user ? '' : `, put into ${queue} by ${user}`;
  return oneLine(`${sent}${failed}${by}`);
}

/** Everything that a message says of itself. */
export function renderDeadLetter(message: ParkedMessage, look: TableOptions): string {
  const { violations, properties, headers } = message;
  const more = violations.length - VIOLATIONS_SHOWN;
  return [
    look.colours.bold(message.queue),
    renderLines(message, look),
    ...violations.slice(0, VIOLATIONS_SHOWN).map((violation) => `      - ${oneLine(violation)}`),
    ...(more > 0 ? [`      … and ${more} more`] : []),
    ...fieldsOf('properties', properties),
    ...fieldsOf('headers', headers),
    ...bodyOf(message.content),
  ].join('\n');
}

function fieldsOf(heading: string, fields: Readonly<Record<string, unknown>>): readonly string[] {
  const lines = Object.entries(fields).map(([name, value]) => `    ${oneLine(name)}: ${oneLine(jsonText(value))}`);
  return lines.length === 0 ? [] : [`  ${heading}:`, ...lines];
}

function bodyOf(content: Buffer): readonly string[] {
  const json = jsonOf(content);
  const text = json === undefined ? utf8Of(content) : jsonText(json, 2);
  const kind = json !== undefined ? 'JSON' : text === null ? 'no text, shown in Base64' : 'text, no JSON';
  const whole = text ?? content.toString('base64');
  const cut = whole.length > BODY_MAX_CHARACTERS ? [`    … cut; all of it: --json`] : [];
  const lines = whole.slice(0, BODY_MAX_CHARACTERS).split('\n');
  return [`  body (${content.length} bytes, ${kind}):`, ...lines.map((line) => `    ${printable(line)}`), ...cut];
}
