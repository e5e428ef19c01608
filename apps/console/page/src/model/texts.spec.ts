import { describe, expect, it } from '@jest/globals';
import { bytes } from './bytes.js';
import { words } from './words.js';
import { duration, relative, utc } from './times.js';

const MINUTE_MS = 60_000;

describe('times and sizes', () => {
  it.each([
    [-5, '0 s'],
    [45_400, '45 s'],
    [12 * MINUTE_MS, '12 min'],
    [185 * MINUTE_MS, '3 h 5 min'],
    [120 * MINUTE_MS, '2 h'],
    [52 * 60 * MINUTE_MS, '2 d 4 h'],
  ])('%d ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('are told from now', () => {
    const nowMs = Date.parse('2026-01-31T22:05:00Z');
    expect(relative('2026-01-31T22:00:00Z', nowMs)).toBe('5 min ago');
    expect(relative('2026-01-31T22:06:00Z', nowMs)).toBe('in 1 min');
    expect(relative('2026-01-31T22:05:00.700Z', nowMs)).toBe('0 s ago');
    expect(utc('2026-01-31T22:00:00Z')).toBe('2026-01-31 22:00:00 UTC');
  });

  it('names of the protocol are words', () => {
    expect(words('completedWithErrors')).toBe('completed with errors');
    expect(words('failed')).toBe('failed');
  });

  it.each([
    ['0', '0 B'],
    ['1023', '1023 B'],
    ['1536', '1.5 KiB'],
    ['18446744073709551615', '16384 PiB'],
    [322_122_547_200, '300 GiB'],
  ])('%s bytes are %s', (size, text) => {
    expect(bytes(size)).toBe(text);
  });
});
