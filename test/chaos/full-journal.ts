import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One page of a tmpfs: what a file may still grow by on a full one, up to its next multiple of this. */
const PAGE_BYTES = 4_096;
/** Room left in the journal's page: less than any order needs. */
const ROOM_BYTES = 40;
const FOLDER_BYTES = 256 * 1024;
/** The journal takes no longer reason, and one record is well below a page with it. */
const REASON_MAX_LENGTH = 400;

/** True where this user may mount, which the test of a full disk needs. */
export function canMount(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    // No such program, or not root: the caller says so.
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A disk of its own for the data of a stopped agent, with a journal that ends just before the end of its page. */
export function mountSmallDisk(dataDir: string): { fill(): void; free(): void; unmount(): void } {
  mkdirSync(dataDir, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${FOLDER_BYTES}`, 'tmpfs', dataDir]);
  writeFileSync(join(dataDir, 'journal.jsonl'), journalOf(PAGE_BYTES - ROOM_BYTES));
  const filler = join(dataDir, 'filler');
  return {
    fill: () => fill(filler),
    free: () => rmSync(filler, { force: true }),
    // The agent may hold the folder for a moment after its end.
    unmount: () => void execFileSync('umount', ['--lazy', dataDir]),
  };
}

function fill(file: string): void {
  const page = Buffer.alloc(PAGE_BYTES);
  const handle = openSync(file, 'w');
  try {
    for (let written = 0; written <= FOLDER_BYTES; written += PAGE_BYTES) writeSync(handle, page);
  } catch {
    // No space left: that is what this is for.
    return;
  } finally {
    closeSync(handle);
  }
  throw new Error(`wrote ${FOLDER_BYTES} bytes to ${file} and its disk is not full`);
}

/** Records that an agent keeps when it starts and compacts its journal: orders to stop what was never started. */
function journalOf(sizeBytes: number): string {
  const at = new Date().toISOString();
  let journal = `${JSON.stringify({ kind: 'epochSeen', at, epoch: 0 })}\n`;
  for (let number = 1; journal.length < sizeBytes; number += 1) {
    const bare = stopLine(number, at, '').length;
    const left = sizeBytes - journal.length - bare;
    if (left < 0) throw new Error(`a journal of ${sizeBytes} bytes cannot be made of records of ${bare}`);
    // The last but one leaves enough for one more.
    const length = left <= REASON_MAX_LENGTH ? left : Math.min(REASON_MAX_LENGTH, Math.max(0, left - bare));
    journal += stopLine(number, at, 'x'.repeat(length));
  }
  return journal;
}

function stopLine(number: number, at: string, reason: string): string {
  const runId = '00000000-0000-4000-8000-000000000000';
  const attemptId = `${runId}.padding.1.${String(number).padStart(3, '0')}`;
  const order = { runId, taskId: 'padding', attemptId, attempt: 1, reason };
  return `${JSON.stringify({ kind: 'stopKnown', at, attemptId, order })}\n`;
}
