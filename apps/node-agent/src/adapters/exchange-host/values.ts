/** The kinds of values that a host sends, as far as they can be understood; what cannot is null, which means "not known". */

const MS_PER_TICK_DIGITS = 3;
const TIMESPAN = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d+))?$/;
const BYTES_IN_PARENTHESES = /\(([\d\s.,'\u00a0\u202f]+)bytes\)/i;
const UINT64_MAX = 2n ** 64n - 1n;

export function textOf(value: unknown, maxLength: number): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, maxLength) : null;
}

/** PowerShell prints True and False where a cast to text was needed. */
export function flagOf(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 'True') return true;
  if (value === 'False') return false;
  return null;
}

/** An unsigned 64-bit integer, as decimal text. Queue lengths of dead copies can be absurd, and negative ones are no lengths. */
export function uint64Of(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) return null;
  return BigInt(text) <= UINT64_MAX ? text : null;
}

/** Plain digits, or a ByteQuantifiedSize like `1.572 TB (1,728,485,810,176 bytes)`, whose separators follow the culture (reference 2.2). */
export function sizeBytesOf(value: unknown): string | null {
  const inParentheses = typeof value === 'string' ? BYTES_IN_PARENTHESES.exec(value)?.[1] : undefined;
  return uint64Of(inParentheses === undefined ? value : inParentheses.replaceAll(/\D/g, ''));
}

/** An EnhancedTimeSpan as Exchange prints it: `7.00:00:00`. */
export function timeSpanMsOf(value: unknown): number | null {
  const match = typeof value === 'string' ? TIMESPAN.exec(value.trim()) : null;
  if (!match || match[1] === '-') return null;
  const [, , days = '0', hours = '0', minutes = '0', seconds = '0', fraction = '0'] = match;
  const wholeMs = (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
  return wholeMs + Number(fraction.slice(0, MS_PER_TICK_DIGITS).padEnd(MS_PER_TICK_DIGITS, '0'));
}

/** A UTC time, always written the same way, so that equal moments are equal texts. A time without zone is no time. */
export function utcOf(value: unknown): string | null {
  if (typeof value !== 'string' || !/(?:Z|[+-]\d{2}:\d{2})$/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

export function integerOf(value: unknown, min: number, max: number): number | null {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max ? number : null;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject | null {
  return isObject(value) ? value : null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** PowerShell turns a list of one into that one, and an empty list into null. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}
