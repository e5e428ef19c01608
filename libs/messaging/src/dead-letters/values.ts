// What strangers wrote is read here: each of these gives what it looks for, or says that there is none, and none throws.

/** The body as JSON; undefined where it is none. */
export function jsonOf(content: Buffer): unknown {
  const text = utf8Of(content);
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value as JSON; what is nested too deeply for that is only said to be there. */
export function jsonText(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? '';
  } catch {
    return '(cannot be shown)';
  }
}

/** The body as text; null where its bytes are no UTF-8. */
export function utf8Of(content: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

export function listOf(json: unknown): readonly string[] {
  const text = textOf(json);
  if (text === null) return [];
  const list = jsonOf(Buffer.from(text));
  return Array.isArray(list) ? list.map((each) => textOf(each) ?? jsonText(each)) : [text];
}

export function instantOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null || Number.isNaN(Date.parse(text)) ? null : new Date(text).toISOString();
}

/** AMQP counts seconds since 1970. */
export function timeOf(seconds: unknown): string | null {
  if (typeof seconds !== 'number') return null;
  const moment = new Date(seconds * 1_000);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
