import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { order } from '../../../test-support/samples.js';
import { SILENT } from '../../../test-support/world.js';
import { StandingWarnings } from '../../agent/warnings.js';
import type { JournalRecord } from '../../domain/journal-records.js';
import { openDurableFile, type OpenDurableFile } from './durable-file.js';
import { FileJournal } from './file-journal.js';

const NOW = '2026-02-01T20:00:00.000Z';
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
const received = (attemptId: string): JournalRecord => ({
  kind: 'received',
  at: NOW,
  attemptId,
  command: order({ attemptId, epoch: 3 }),
});
const ended = (attemptId: string, at = NOW): JournalRecord => {
  const { runId, taskId, attempt } = order();
  const end = {
    runId,
    taskId,
    attemptId,
    attempt,
    memberId: 'ex01',
    outcome: 'succeeded' as const,
    bytes: '1',
    durationMs: 1,
    exitCode: 0,
  };
  return { kind: 'ended', at, attemptId, end };
};

const kinds = (journal: FileJournal): readonly string[] =>
  journal.records.map((record) => `${record.kind} ${'attemptId' in record ? record.attemptId : ''}`.trim());

describe('the journal file', () => {
  let dataDir = '';
  let warnings = new StandingWarnings();
  const file = (name = 'journal.jsonl'): string => readFileSync(join(dataDir, name), 'utf8');
  const open = (openFile?: OpenDurableFile): Promise<FileJournal> => {
    warnings = new StandingWarnings();
    return FileJournal.open({
      dataDir,
      retentionMs: WEEK_MS,
      utcNow: () => NOW,
      log: SILENT,
      warnings,
      ...(openFile ? { openFile } : {}),
    });
  };

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'journal-spec-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('gives back what was appended', async () => {
    const journal = await open();
    await Promise.all([
      journal.append(received('a1')),
      journal.append({ kind: 'started', at: NOW, attemptId: 'a1', pid: 7 }),
    ]);
    await journal.close();
    const again = await open();
    expect(kinds(again)).toEqual(['epochSeen', 'received a1', 'started a1']);
    expect(again.records[1]).toMatchObject({ command: { leaseMs: 10_000 } });
    expect(warnings.list()).toEqual([]);
    await again.close();
  });

  it('puts broken lines aside as they are, goes on without them, and keeps saying so', async () => {
    const bad = [
      'not json',
      '{"kind":"received","at":"2026-02-01T20:00:00.000Z","attemptId":"a9","command":{"attempt":0}}',
      '{"kind":"guess"}',
      '{"kind":"started","at"',
    ];
    const [first, second] = [received('a1'), received('a2')].map((record) => JSON.stringify(record));
    writeFileSync(join(dataDir, 'journal.jsonl'), `${first}\n${bad[0]}\n${bad[1]}\n${second}\n${bad[2]}\n${bad[3]}`);
    const journal = await open();
    expect(kinds(journal)).toEqual(['received a1', 'received a2']);
    for (const line of bad) expect(file('journal.quarantine')).toContain(`\n${line}\n`);
    expect(file('journal.quarantine')).toMatch(/^# line 2 of the journal/);
    expect(file('journal.quarantine')).toContain('# line 3 of the journal, found 2026-02-01T20:00:00.000Z: ');
    expect(warnings.list()).toEqual([expect.stringContaining('journal.quarantine')]);
    await journal.close();
    const again = await open();
    expect(warnings.list()).toHaveLength(1);
    expect(file('journal.quarantine').match(/^# line/gm)).toHaveLength(4);
    await again.close();
  });

  it('keeps bytes that are no text as they are', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x22]);
    const good = Buffer.from(`\n${JSON.stringify(received('a1'))}\n`);
    writeFileSync(join(dataDir, 'journal.jsonl'), Buffer.concat([bytes, good]));
    await (await open()).close();
    expect(readFileSync(join(dataDir, 'journal.quarantine')).includes(bytes)).toBe(true);
  });

  it.each([
    ['another file', Buffer.from('[settings]\nlevel=info\n')],
    ['zeros, as a disk leaves them after a power loss', Buffer.alloc(4_096)],
  ])('is refused and kept where it is damaged as a whole: %s', async (_, content) => {
    const path = join(dataDir, 'journal.jsonl');
    writeFileSync(path, content);
    await expect(open()).rejects.toThrow(
      /journal\.jsonl was not opened: it is damaged.*line 1.*kept as it is.*move it away/,
    );
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(dataDir)).toEqual(['journal.jsonl']);
  });

  it('takes the first record, broken off by a crash, for one that never counted', async () => {
    writeFileSync(join(dataDir, 'journal.jsonl'), JSON.stringify(received('a1')).slice(0, 30));
    const journal = await open();
    expect(journal.records).toEqual([]);
    await journal.close();
  });

  it('fails an append that did not fit, and the next one is whole again', async () => {
    let isFull = false;
    const journal = await open(async (path) => {
      const real = await openDurableFile(path);
      return {
        ...real,
        append: async (text) => {
          if (!isFull) return real.append(text);
          await real.append(text.slice(0, 20));
          throw new Error('ENOSPC: no space left on device');
        },
      };
    });
    await journal.append(received('a1'));
    expect(journal.figures()).toEqual({ sizeBytes: file().length, isWritable: true });
    isFull = true;
    await expect(journal.append(received('a2'))).rejects.toThrow(/could not be written \(free space.*ENOSPC/);
    expect(journal.figures().isWritable).toBe(false);
    isFull = false;
    await journal.append(received('a3'));
    expect(journal.figures()).toEqual({ sizeBytes: file().length, isWritable: true });
    await journal.close();
    const again = await open();
    expect(kinds(again)).toEqual(['epochSeen', 'received a1', 'received a3']);
    expect(warnings.list()).toEqual([]);
    await again.close();
  });

  it('forgets what ended long ago and was told, and nothing else', async () => {
    const journal = await open();
    const long = '2026-01-20T20:00:00.000Z';
    const { runId, taskId, attempt } = order();
    const records: JournalRecord[] = [
      received('old'),
      ended('old', long),
      { kind: 'reported', at: long, attemptId: 'old' },
      received('untold'),
      ended('untold', long),
      received('live'),
      { kind: 'stopKnown', at: long, attemptId: 'x', order: { runId, taskId, attemptId: 'x', attempt, reason: 'r' } },
    ];
    await Promise.all(records.map((record) => journal.append(record)));
    await journal.compact(Date.parse(NOW) - WEEK_MS);
    await journal.append(received('new'));
    await journal.close();
    const again = await open();
    expect(kinds(again)).toEqual(['epochSeen', 'received untold', 'ended untold', 'received live', 'received new']);
    expect(again.records[0]).toMatchObject({ epoch: 3 });
    await again.close();
  });

  it('belongs to one process', async () => {
    const journal = await open();
    await expect(open()).rejects.toThrow(`another agent (process ${process.pid}) uses this data folder`);
    await journal.close();
    await (await open()).close();
  });

  it.each([
    [
      'a process that is gone',
      () => JSON.stringify({ pid: spawnSync(process.execPath, ['-e', '']).pid, startedAt: '1' }),
    ],
    ['a number that another process has now', () => JSON.stringify({ pid: process.pid, startedAt: '1' })],
    ['a half-written lock', () => '{"pid'],
  ])('is taken over from %s', async (_, holder) => {
    writeFileSync(join(dataDir, 'agent.lock'), holder());
    await (await open()).close();
    expect(readdirSync(dataDir)).toEqual(['journal.jsonl']);
  });
});
