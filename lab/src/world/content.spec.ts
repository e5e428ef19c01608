import { describe, expect, it } from '@jest/globals';
import {
  changedPage,
  expectedEdb,
  expectedLog,
  guidOf,
  LOG_BYTES,
  originalPages,
  PAGE_BYTES,
  pagesChangedBy,
} from './content.js';

const GUID = guidOf('1:MBX01');
const PAGES = 70;
const SIZE_BYTES = PAGES * PAGE_BYTES;
const edb = (guid: string, generation: number): Buffer => Buffer.concat([...expectedEdb(guid, generation, SIZE_BYTES)]);

describe('the content of the lab', () => {
  it('is the same every time', () => {
    expect(edb(GUID, 5).equals(edb(GUID, 5))).toBe(true);
    expect(expectedLog(GUID, 5).equals(expectedLog(GUID, 5))).toBe(true);
    expect(expectedLog(GUID, 5)).toHaveLength(LOG_BYTES);
  });

  it('differs between databases, generations and logs', () => {
    expect(edb(GUID, 5).equals(edb(guidOf('1:MBX02'), 5))).toBe(false);
    expect(edb(GUID, 5).equals(edb(GUID, 6))).toBe(false);
    expect(expectedLog(GUID, 5).equals(expectedLog(GUID, 6))).toBe(false);
    expect(guidOf('1:MBX01')).not.toBe(guidOf('2:MBX01'));
  });

  it('at generation N is generation N-1 with exactly the pages of N changed', () => {
    const before = edb(GUID, 6);
    for (const page of pagesChangedBy(GUID, 7, PAGES)) changedPage(GUID, 7, page).copy(before, page * PAGE_BYTES);
    expect(before.equals(edb(GUID, 7))).toBe(true);
  });

  it('can be made from any page on', () => {
    expect(originalPages(GUID, 33, 2).equals(edb(GUID, 0).subarray(33 * PAGE_BYTES, 35 * PAGE_BYTES))).toBe(true);
  });
});
