import { describe, expect, it } from '@jest/globals';
import {
  OptionError,
  formatBytes,
  parseByteRange,
  parseBytes,
  parseRate,
  parseWholeNumber,
  readOptions,
} from './quantities.js';

describe('quantities on a command line', () => {
  it.each([
    ['1', 1],
    ['4MiB', 4 * 2 ** 20],
    ['1.5 KiB', 1536],
    ['2gb', 2e9],
  ])('reads the size %s', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(['', '0', '-1', 'MiB', '4 apples', '1e3', '99999999999GiB'])('refuses "%s" as a size', (text) => {
    expect(() => parseBytes(text)).toThrow(OptionError);
  });

  it('reads a range, or one size for all', () => {
    expect(parseByteRange('4MiB..64MiB')).toEqual({ minBytes: 4 * 2 ** 20, maxBytes: 64 * 2 ** 20 });
    expect(parseByteRange('1KiB')).toEqual({ minBytes: 1024, maxBytes: 1024 });
  });

  it.each(['9..3', '1..2..3', '..', '1MiB..'])('refuses "%s" as a range', (text) => {
    expect(() => parseByteRange(text)).toThrow(OptionError);
  });

  it('reads a rate only with "per second"', () => {
    expect(parseRate('40MiB/s')).toBe(40 * 2 ** 20);
    expect(() => parseRate('40MiB')).toThrow('write a number with B, KiB, MiB or GiB, like 40MiB/s');
  });

  it.each(['x', '1.5', '-1', '0', '17', ''])('refuses "%s" as a number from 1 to 16', (text) => {
    expect(() => parseWholeNumber(text, 1, 16)).toThrow('whole number from 1 to 16');
  });

  it('lists every wrong option, not only the first', () => {
    const read = () =>
      readOptions({
        size: { flag: '--size', read: () => parseBytes('x') },
        good: { flag: '--good', read: () => parseBytes('1') },
        rate: { flag: '--rate', read: () => parseRate('y') },
      });
    expect(read).toThrow(/--size: "x" is no size.*\n--rate: "y" is no rate/);
  });

  it('writes sizes as people read them', () => {
    expect([0, 1023, 1024, 1536 * 2 ** 20].map(formatBytes)).toEqual(['0 B', '1023 B', '1.0 KiB', '1.5 GiB']);
  });
});
