import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const READ_BYTES = 1024 * 1024;

export interface FileComparison {
  readonly difference: string | null;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Byte for byte, in one pass, without holding the file in memory. */
export async function compareFile(path: string, expected: Iterable<Buffer>): Promise<FileComparison> {
  const hash = createHash('sha256');
  const chunks = expected[Symbol.iterator]();
  let wanted: Buffer = Buffer.alloc(0);
  let offset = 0;
  let difference: string | null = null;
  const parts: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: READ_BYTES });
  for await (const part of parts) {
    let read = part;
    hash.update(read);
    while (read.length > 0 && difference === null) {
      if (wanted.length === 0) {
        const next = chunks.next();
        if (next.done === true) {
          difference = `is longer than the ${offset} bytes that it must have`;
          break;
        }
        wanted = next.value;
      }
      const count = Math.min(read.length, wanted.length);
      if (read.compare(wanted, 0, count, 0, count) !== 0) {
        difference = `differs from what the database contained, at byte ${offset + firstDifference(read, wanted, count)}`;
      }
      offset += count;
      read = read.subarray(count);
      wanted = wanted.subarray(count);
    }
    if (difference !== null) offset += read.length;
  }
  if (difference === null && (wanted.length > 0 || chunks.next().done !== true))
    difference = `ends early, after ${offset} bytes`;
  return { difference, sha256: hash.digest('hex'), sizeBytes: offset };
}

function firstDifference(left: Buffer, right: Buffer, count: number): number {
  for (let index = 0; index < count; index += 1) if (left[index] !== right[index]) return index;
  return count;
}
