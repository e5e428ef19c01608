import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../agent/error-text.js';
import { Serial } from '../../agent/serial.js';
import type { StandingWarnings } from '../../agent/warnings.js';
import type { JournalRecord } from '../../domain/journal-records.js';
import { compacted } from '../../domain/replay.js';
import type { Journal } from '../../ports/journal.js';
import type { Log } from '../../ports/log.js';
import { isCode } from '../error-code.js';
import { openDurableFile, replaceFile, type DurableFile, type OpenDurableFile } from './durable-file.js';
import { readLines, writeLines, type BrokenLine } from './journal-lines.js';
import { takeLock, type HeldLock } from './lock-file.js';

export interface FileJournalOptions {
  readonly dataDir: string;
  readonly retentionMs: number;
  readonly utcNow: () => string;
  readonly log: Log;
  readonly warnings: StandingWarnings;
  readonly openFile?: OpenDurableFile;
}

export interface JournalFigures {
  readonly sizeBytes: number;
  /** The last record could be written. */
  readonly isWritable: boolean;
}

/** The journal as one file of JSON lines, each on disk before it counts. */
export class FileJournal implements Journal {
  private readonly writes = new Serial();
  private file: DurableFile | null = null;
  private sizeBytes = 0;
  /** The file may end with a part of a record that did not fit. */
  private hasBrokenTail = false;

  private constructor(
    private readonly options: FileJournalOptions,
    private readonly lock: HeldLock,
    private loaded: readonly JournalRecord[],
  ) {}

  static async open(options: FileJournalOptions): Promise<FileJournal> {
    await mkdir(options.dataDir, { recursive: true });
    const lock = takeLock(join(options.dataDir, 'agent.lock'));
    try {
      const journal = new FileJournal(options, lock, []);
      journal.loaded = await journal.load();
      await journal.rewrite(journal.loaded, Date.parse(options.utcNow()) - options.retentionMs);
      return journal;
    } catch (thrown) {
      lock.release();
      throw thrown;
    }
  }

  get records(): readonly JournalRecord[] {
    return this.loaded;
  }

  figures(): JournalFigures {
    return { sizeBytes: this.sizeBytes, isWritable: this.file !== null && !this.hasBrokenTail };
  }

  append(record: JournalRecord): Promise<void> {
    return this.writes.run(async () => {
      const line = writeLines([record]);
      try {
        await this.write(line);
      } catch (thrown) {
        this.hasBrokenTail = true;
        throw new Error(
          `the journal in ${this.options.dataDir} could not be written (free space on its disk?): ${errorText(thrown)}`,
          { cause: thrown },
        );
      }
    });
  }

  compact(endedBeforeMs: number): Promise<void> {
    return this.writes.run(async () => this.rewrite(await this.load(), endedBeforeMs));
  }

  async close(): Promise<void> {
    await this.writes.run(async () => {
      await this.file?.close();
      this.file = null;
    });
    this.lock.release();
  }

  private get path(): string {
    return join(this.options.dataDir, 'journal.jsonl');
  }

  private async write(line: string): Promise<void> {
    if (!this.file) throw new Error('the journal is closed');
    if (this.hasBrokenTail) {
      await this.file.truncate(this.sizeBytes);
      this.hasBrokenTail = false;
    }
    await this.file.append(line);
    this.sizeBytes += Buffer.byteLength(line);
  }

  private async load(): Promise<readonly JournalRecord[]> {
    const content = await readIfThere(this.path);
    const { records, broken } = readLines(content);
    if (isNoJournal(content, records, broken)) throw new Error(this.refusal(broken));
    if (broken.length > 0) await this.quarantine(broken);
    await this.warnOfQuarantine();
    return records;
  }

  private async rewrite(records: readonly JournalRecord[], endedBeforeMs: number): Promise<void> {
    const content = writeLines(compacted(records, endedBeforeMs, this.options.utcNow()));
    await this.file?.close();
    this.file = null;
    try {
      await replaceFile(this.path, content);
    } finally {
      // Whichever of the two files is in place now is whole, and the next record goes to its end.
      this.file = await (this.options.openFile ?? openDurableFile)(this.path);
      this.sizeBytes = (await stat(this.path)).size;
    }
  }

  private refusal(broken: readonly BrokenLine[]): string {
    const [first] = broken;
    return (
      `the journal ${this.path} was not opened: it is damaged, none of its ${broken.length} lines is a record ` +
      `(line ${first?.lineNumber}: ${first?.reason.replaceAll(/\s+/g, ' ')}); it was kept as it is: restore it from a backup, or move it ` +
      'away to start with an empty one. Without it the agent knows of no attempt: it refuses those the conductor asks for, and ' +
      "a backup client that still runs is found by Exchange's own backup in progress"
    );
  }

  private get quarantinePath(): string {
    return join(this.options.dataDir, 'journal.quarantine');
  }

  /** Broken lines are kept as they are, for people; the journal goes on without them. */
  private async quarantine(broken: readonly BrokenLine[]): Promise<void> {
    const parts = broken.flatMap(({ lineNumber, bytes, reason }) => {
      this.options.log.warn('journal.line-quarantined', { lineNumber, reason });
      return [
        Buffer.from(
          `# line ${lineNumber} of the journal, found ${this.options.utcNow()}: ${reason.replaceAll(/\s+/g, ' ')}\n`,
        ),
        bytes,
        Buffer.from('\n'),
      ];
    });
    await appendFile(this.quarantinePath, Buffer.concat(parts), { flush: true });
  }

  private async warnOfQuarantine(): Promise<void> {
    const { size } = await stat(this.quarantinePath).catch(ignoreMissing({ size: 0 }));
    if (size === 0) return;
    const text = `the journal had broken lines, which were moved to ${this.quarantinePath} and not used; look at them, then delete that file`;
    this.options.warnings.set('journal.quarantine', text);
  }
}

/**
 * Some broken lines are put aside; a file without a single record is damaged as a whole, and the living attempts are not known. The
 * one line of a first append that was broken off, and so never counted, is no damage.
 */
function isNoJournal(content: Buffer, records: readonly JournalRecord[], broken: readonly BrokenLine[]): boolean {
  const isTorn = broken.length === 1 && !content.includes('\n') && content.some((byte) => byte !== 0);
  return broken.length > 0 && records.length === 0 && !isTorn;
}

function readIfThere(path: string): Promise<Buffer> {
  return readFile(path).catch(ignoreMissing(Buffer.alloc(0)));
}

function ignoreMissing<Value>(instead: Value): (thrown: unknown) => Value {
  return (thrown) => {
    if (isCode(thrown, 'ENOENT')) return instead;
    throw thrown;
  };
}
