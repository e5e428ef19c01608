import { displayName } from '#contracts';
import { NAMES_MAX } from './limits.js';

/** `MBX01, MBX02 and 12 more`. */
export function listed(names: readonly string[]): string {
  if (names.length <= NAMES_MAX) return names.join(', ');
  return `${names.slice(0, NAMES_MAX).join(', ')} and ${names.length - NAMES_MAX} more`;
}

export function members(ids: readonly string[]): string {
  return listed(ids.map(displayName));
}

/** `conductor and inventory`. */
export function both(names: readonly string[]): string {
  return names.map((name) => `the ${name}`).join(' and ');
}

/** `1 database`, `3 databases`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** `2026-01-31 22:00Z`: the minute is enough for a moment in a sentence. */
export function minuteOf(utc: string): string {
  return `${new Date(utc).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
