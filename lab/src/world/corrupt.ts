import { closeSync, openSync, writeSync } from 'node:fs';
import { PAGE_BYTES } from './content.js';
import { NotNowError, WorldError } from './errors.js';
import { edbFile } from './layout.js';
import type { WorldStore } from './store.js';

/** How much of a database file goes bad, spread evenly. */
const CORRUPT_PAGES_MAX = 8;

/**
 * Bad pages in the real files: of every copy, as when what was bad went through replication, or of one member's. The database stays
 * mounted; the next backup of a corrupt copy fails its integrity check, and only a restore or a reseed helps.
 */
export function corrupt(store: WorldStore, database: string, member?: string): readonly string[] {
  return store.immediate(() => {
    const row = store.database(database);
    const only = member === undefined ? undefined : store.member(member).name;
    const copies = store.copiesOf(row.guid).filter((copy) => only === undefined || copy.member === only);
    if (copies.length === 0) throw new WorldError([`${row.name} has no copy on ${only ?? 'any member'}`]);
    const unfinished = copies.find((copy) => copy.integrity === 'incomplete');
    if (unfinished !== undefined)
      throw new NotNowError([`the copy of ${row.name} on ${unfinished.member} is being written`]);
    const pages = row.sizeBytes / PAGE_BYTES;
    const count = Math.min(CORRUPT_PAGES_MAX, pages);
    for (const copy of copies) {
      const file = openSync(edbFile(store.directory, copy.member, row.name), 'r+');
      try {
        const bad = Buffer.alloc(PAGE_BYTES, 'BAD PAGE ');
        for (let each = 0; each < count; each += 1)
          writeSync(file, bad, 0, bad.length, Math.floor((each * pages) / count) * PAGE_BYTES);
      } finally {
        closeSync(file);
      }
      store.run("UPDATE copies SET integrity = 'corrupt' WHERE database = ? AND member = ?", row.guid, copy.member);
    }
    return copies.map((copy) => copy.member);
  });
}
