import { createCipheriv, createHash } from 'node:crypto';
import { labelAt, type Lineage } from './lineage.js';

/**
 * What every byte of the lab must be. All of it is a pure function of the database's lineage and a log generation, so that a
 * stored backup can be checked without trusting any file: a backup of the wrong database, of the wrong moment, or of a
 * copy that was being written differs.
 */

/** Page size of an Exchange database file (ESE, since Exchange 2010). */
export const PAGE_BYTES = 32 * 1024;
/** The lab's logs are small so that many databases fit on one machine; Exchange's have 1 MB. */
export const LOG_BYTES = 64 * 1024;
export const PAGES_PER_GENERATION = 3;

const AES_BLOCK_BYTES = 16;
const CHUNK_PAGES = 32;

function keystream(label: string, lengthBytes: number, offsetBytes = 0): Buffer {
  const key = createHash('sha256').update(label).digest().subarray(0, AES_BLOCK_BYTES);
  const counter = Buffer.alloc(AES_BLOCK_BYTES);
  counter.writeBigUInt64BE(BigInt(offsetBytes / AES_BLOCK_BYTES), AES_BLOCK_BYTES / 2);
  return createCipheriv('aes-128-ctr', key, counter).update(Buffer.alloc(lengthBytes));
}

/** A number in [0, 1) that depends on the label alone. */
export function fractionOf(label: string): number {
  return createHash('sha256').update(label).digest().readUInt32BE(0) / 2 ** 32;
}

/** A version 4 shaped GUID that depends on the label alone. */
export function guidOf(label: string): string {
  const bytes = createHash('sha256').update(`guid:${label}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Pages of the database file as it was when the database was made. */
export function originalPages(lineage: Lineage, firstPage: number, pageCount: number): Buffer {
  return keystream(`edb:${labelAt(lineage, 0)}`, pageCount * PAGE_BYTES, firstPage * PAGE_BYTES);
}

/** Numbers of the pages that a log generation (1 or higher) changes. */
export function pagesChangedBy(lineage: Lineage, generation: number, pagesInFile: number): ReadonlySet<number> {
  const draw = createHash('sha256')
    .update(`change:${labelAt(lineage, generation)}:${generation}`)
    .digest();
  const pages = new Set<number>();
  for (let slot = 0; slot < PAGES_PER_GENERATION; slot += 1) pages.add(draw.readUInt32BE(slot * 4) % pagesInFile);
  return pages;
}

/** What a page holds after a generation changed it. */
export function changedPage(lineage: Lineage, generation: number, page: number): Buffer {
  return keystream(`page:${labelAt(lineage, generation)}:${generation}:${page}`, PAGE_BYTES);
}

/** Which generation, at or below the given one, changed each page last; pages never changed are absent. */
export function lastChanges(lineage: Lineage, generation: number, pagesInFile: number): ReadonlyMap<number, number> {
  const changes = new Map<number, number>();
  for (let each = 1; each <= generation; each += 1) {
    for (const page of pagesChangedBy(lineage, each, pagesInFile)) changes.set(page, each);
  }
  return changes;
}

/** One page of the database file at a generation. */
export function pageAt(lineage: Lineage, changes: ReadonlyMap<number, number>, page: number): Buffer {
  const changedAt = changes.get(page);
  return changedAt === undefined ? originalPages(lineage, page, 1) : changedPage(lineage, changedAt, page);
}

/** The whole database file at a generation, in order, in chunks. */
export function* expectedEdb(lineage: Lineage, generation: number, sizeBytes: number): Generator<Buffer> {
  const pagesInFile = sizeBytes / PAGE_BYTES;
  const changes = lastChanges(lineage, generation, pagesInFile);
  for (let first = 0; first < pagesInFile; first += CHUNK_PAGES) {
    const count = Math.min(CHUNK_PAGES, pagesInFile - first);
    const chunk = originalPages(lineage, first, count);
    for (let page = first; page < first + count; page += 1) {
      const changedAt = changes.get(page);
      if (changedAt !== undefined) changedPage(lineage, changedAt, page).copy(chunk, (page - first) * PAGE_BYTES);
    }
    yield chunk;
  }
}

export function expectedLog(lineage: Lineage, generation: number): Buffer {
  return keystream(`log:${labelAt(lineage, generation)}:${generation}`, LOG_BYTES);
}
