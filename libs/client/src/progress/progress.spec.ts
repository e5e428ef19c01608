import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import picocolors from 'picocolors';
import type { RunView } from '#contracts';
import { attemptOf, entryOf, runOf, taskOf } from '../../test/fixtures.js';
import { clip, formatBytes, formatDuration } from './format.js';
import { logLine, memberBar, summaryLine, taskBar, totalBar } from './lines.js';
import { progressOf } from './model.js';
import { SUMMARY_EVERY_MS, createProgressView } from './progress-view.js';

const MIB = 1_048_576;
const plain = picocolors.createColors(false);
const colourful = picocolors.createColors(true);

const run: RunView = runOf({
  tasks: [
    taskOf('MBX01', { status: 'succeeded', member: 'ex01', bytesDone: String(10 * MIB) }),
    taskOf('MBX02', {
      status: 'running',
      member: 'ex01',
      sizeBytes: String(30 * MIB),
      bytesDone: String(15 * MIB),
      attempts: [attemptOf('ex02', { outcome: 'lost' }), attemptOf('ex01', { number: 2, reason: 'agentLoss' })],
    }),
    taskOf('MBX03', { member: 'ex02' }),
    taskOf('RDB1', { status: 'skipped', kind: 'recovery', sizeBytes: String(900 * MIB) }),
  ],
});

describe('progressOf', () => {
  it('weighs by size and leaves skipped tasks out', () => {
    const progress = progressOf(run);
    expect(progress).toMatchObject({ ended: 1, total: 3, doneBytes: 25 * MIB, sizeBytes: 50 * MIB, fraction: 0.5 });
    expect(progress.counts).toMatchObject({ succeeded: 1, running: 1, pending: 1, skipped: 1 });
  });

  it('sums up by the member that a task is with now', () => {
    expect(progressOf(run).members).toEqual([
      { member: 'ex01', fraction: 0.625, ended: 1, total: 2, live: 1 },
      { member: 'ex02', fraction: 0, ended: 0, total: 1, live: 0 },
    ]);
  });

  it('tells several backups of one database apart', () => {
    const twice = runOf({
      tasks: [
        taskOf('MBX01', { status: 'running' }),
        taskOf('MBX01', { taskId: 'MBX01/2', copyNumber: 2, status: 'running' }),
      ],
    });
    expect(progressOf(twice).live.map(({ label }) => label)).toEqual(['MBX01 #1', 'MBX01 #2']);
  });

  it('stays sane without sizes and without tasks', () => {
    expect(progressOf(runOf()).fraction).toBe(0);
    const unknown = runOf({ tasks: [taskOf('MBX01', { status: 'running', sizeBytes: '0', bytesDone: '7' })] });
    expect(progressOf(unknown)).toMatchObject({ fraction: 0, doneBytes: 7 });
  });
});

describe('lines', () => {
  it('says in one line where the run stands', () => {
    expect(summaryLine(progressOf(run))).toBe('progress 50%: 1 of 3 ended, 1 skipped; running: MBX02 on EX01 50%');
  });

  it('draws bars for everything, members and databases, within the width', () => {
    const progress = progressOf(run);
    const [member] = progress.members;
    const [task] = progress.live;
    if (!member || !task) throw new Error('the example has both');
    expect(memberBar(member, 100, plain)).toBe(
      `EX01               ${'█'.repeat(15)}${'░'.repeat(9)}  62% 1/2 ended, 1 running`,
    );
    expect(taskBar(task, 100, plain)).toContain('  MBX02');
    expect(taskBar(task, 100, plain)).toContain('15.0 MiB / 30.0 MiB on EX01 (attempt 2, agentLoss)');
    for (const columns of [60, 80, 120]) {
      for (const line of [
        memberBar(member, columns, plain),
        taskBar(task, columns, plain),
        totalBar(progress, columns, plain),
      ]) {
        expect(line.length).toBeLessThanOrEqual(columns);
      }
    }
  });

  it('lets trouble stand out in colour', () => {
    const entry = entryOf(1, 'the agent of ex02 is lost', 'AgentLost');
    expect(logLine(entry, plain)).toBe('22:00:00 the agent of ex02 is lost');
    expect(logLine(entry, colourful)).toContain(colourful.red(entry.text));
    expect(logLine(entryOf(2, 'goes on at ex01', 'TaskReassigned'), colourful)).toContain(
      colourful.yellow('goes on at ex01'),
    );
  });
});

describe('format', () => {
  it.each([
    ['0', '0 B'],
    ['1023', '1023 B'],
    ['5368709120', '5.0 GiB'],
    ['18446744073709551615', '16.0 EiB'],
  ])('%s bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [4_000, '4s'],
    [125_000, '2m05s'],
    [7_500_000, '2h05m'],
    [200_000_000, '2d07h'],
  ])('%i ms are %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('marks where it cut', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('abcd', 4)).toBe('abcd');
  });
});

describe('createProgressView without a terminal', () => {
  function view() {
    const stream = new PassThrough();
    const clock = { ms: 0 };
    const progress = createProgressView({ stream, isTerminal: false, colours: false, nowMs: () => clock.ms });
    const lines = (): readonly string[] =>
      String(stream.read() ?? '')
        .split('\n')
        .filter((line) => line !== '');
    return { progress, clock, lines };
  }

  it('writes each happening once, whether views overlap or not', () => {
    const { progress, lines } = view();
    progress.update(runOf({ log: [entryOf(1), entryOf(2)] }));
    progress.update(runOf({ log: [entryOf(1), entryOf(2), entryOf(3)] }));
    progress.update(runOf({ log: [entryOf(4)] }));
    progress.end();
    expect(lines()).toEqual(['22:00:00 entry 1', '22:00:00 entry 2', '22:00:00 entry 3', '22:00:00 entry 4']);
  });

  it('sums up every ten seconds', () => {
    const { progress, clock, lines } = view();
    progress.update(run);
    clock.ms = SUMMARY_EVERY_MS - 1;
    progress.update(run);
    expect(lines()).toEqual([]);
    clock.ms = SUMMARY_EVERY_MS;
    progress.update(run);
    progress.update(run);
    expect(lines()).toHaveLength(1);
    progress.note('the lab fails over MBX02');
    expect(lines()).toEqual(['the lab fails over MBX02']);
  });
});

describe('createProgressView on a terminal', () => {
  it('draws the bars of what is at work, writes happenings above them, and takes the bars away at the end', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 24 });
    const progress = createProgressView({ stream, isTerminal: true, colours: false });
    progress.update(runOf({ ...run, log: [entryOf(1, 'planned')] }));
    progress.update(runOf({ ...run, log: [entryOf(2, 'MBX02 goes on at ex01')] }));
    progress.end();
    const written = String(stream.read());
    expect(written).toContain('planned');
    expect(written).toContain('MBX02 goes on at ex01');
    expect(written).toContain('15.0 MiB / 30.0 MiB on EX01');
    expect(written).toContain('█');
    const afterSecondLine = written.slice(written.indexOf('MBX02 goes on at ex01'));
    expect(afterSecondLine).toContain('1/2 ended, 1 running');
    // What the bars had written where the line now stands is wiped away.
    expect(written).toContain('MBX02 goes on at ex01\u001B[K\n');
  });
});
