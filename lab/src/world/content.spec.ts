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
import { agreeUpTo, firstLineage, forkAfter, labelAt, lineageIn, lineageText, type Lineage } from './lineage.js';

const LINEAGE = firstLineage(guidOf('1:MBX01'));
const PAGES = 70;
const SIZE_BYTES = PAGES * PAGE_BYTES;
const edb = (lineage: Lineage, generation: number): Buffer =>
  Buffer.concat([...expectedEdb(lineage, generation, SIZE_BYTES)]);

describe('the content of the lab', () => {
  it('is the same every time', () => {
    expect(edb(LINEAGE, 5).equals(edb(LINEAGE, 5))).toBe(true);
    expect(expectedLog(LINEAGE, 5).equals(expectedLog(LINEAGE, 5))).toBe(true);
    expect(expectedLog(LINEAGE, 5)).toHaveLength(LOG_BYTES);
  });

  it('differs between databases, generations and logs', () => {
    expect(edb(LINEAGE, 5).equals(edb(firstLineage(guidOf('1:MBX02')), 5))).toBe(false);
    expect(edb(LINEAGE, 5).equals(edb(LINEAGE, 6))).toBe(false);
    expect(expectedLog(LINEAGE, 5).equals(expectedLog(LINEAGE, 6))).toBe(false);
    expect(guidOf('1:MBX01')).not.toBe(guidOf('2:MBX01'));
  });

  it('at generation N is generation N-1 with exactly the pages of N changed', () => {
    const before = edb(LINEAGE, 6);
    for (const page of pagesChangedBy(LINEAGE, 7, PAGES)) changedPage(LINEAGE, 7, page).copy(before, page * PAGE_BYTES);
    expect(before.equals(edb(LINEAGE, 7))).toBe(true);
  });

  it('can be made from any page on', () => {
    expect(originalPages(LINEAGE, 33, 2).equals(edb(LINEAGE, 0).subarray(33 * PAGE_BYTES, 35 * PAGE_BYTES))).toBe(true);
  });
});

describe('a lineage', () => {
  const forked = forkAfter(LINEAGE, 5, 'after the restore');

  it('has the same content up to its fork and another from there on', () => {
    expect(edb(forked, 5).equals(edb(LINEAGE, 5))).toBe(true);
    expect(edb(forked, 6).equals(edb(LINEAGE, 6))).toBe(false);
    expect(expectedLog(forked, 6).equals(expectedLog(LINEAGE, 6))).toBe(false);
    expect([agreeUpTo(forked, LINEAGE, 5), agreeUpTo(forked, LINEAGE, 6)]).toEqual([true, false]);
  });

  it('forgets, when forked before an earlier fork, all that came after', () => {
    const again = forkAfter(forked, 3, 'again');
    expect([3, 4, 9].map((generation) => labelAt(again, generation))).toEqual([LINEAGE[0]?.label, 'again', 'again']);
    expect(again).toHaveLength(2);
  });

  it('survives being kept as text, and nothing else is taken for one', () => {
    expect(lineageIn(lineageText(forked))).toEqual(forked);
    expect(() => lineageIn('[{"fromGeneration":"0"}]')).toThrow('not a lineage');
  });
});
