import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RESTORE_SPELLING } from '#contracts';
import type { BackupJob } from '../../ports/backup-client.js';
import { SystemClock } from '../system-clock.js';
import { backupArguments, logFileName } from './arguments.js';
import { bytesIn, versionIn } from './output.js';
import { TdpexccClient } from './tdpexcc-client.js';

const path = (name: string): string => fileURLToPath(new URL(`../../../test-data/${name}`, import.meta.url));
const sample = (name: string): readonly string[] => readFileSync(path(name), 'utf8').split('\n');
const job = (databaseName: string): BackupJob => ({
  attemptId: 'run/db/1/2',
  databaseName,
  backupType: 'full',
  replicated: true,
});

const OWN = { timeZone: 'UTC', member: 'ex01', restoreSpelling: RESTORE_SPELLING };

describe('the command line', () => {
  const settings = { configFile: 'C:\\tdp\\tdpexc.cfg', optFile: 'C:\\tdp\\dsm.opt', dagNode: 'DAG1', timeZone: 'UTC' };

  it('names one database, its own log file, and the DAG node only for a database with DAG copies', () => {
    expect(backupArguments(job('DB 1'), settings, 'x.log')).toEqual([
      'backup',
      'DB 1',
      'full',
      '/CONFIGFILE=C:\\tdp\\tdpexc.cfg',
      '/LOGFILE=x.log',
      '/TSMOPTFILE=C:\\tdp\\dsm.opt',
      '/DAGNODE=DAG1',
    ]);
    expect(backupArguments({ ...job('DB 1'), replicated: false }, settings, 'x.log')).not.toContain('/DAGNODE=DAG1');
    expect(backupArguments(job('DB 1'), { configFile: 'c', timeZone: 'UTC' }, 'x.log')).toEqual([
      'backup',
      'DB 1',
      'full',
      '/CONFIGFILE=c',
      '/LOGFILE=x.log',
    ]);
  });

  it('has a log file of its own for every attempt', () => {
    expect(logFileName('a/1')).not.toBe(logFileName('a_1'));
    expect(logFileName('../../x\\y:z')).toMatch(/^tdpexcc-[\w-]+\.log$/);
  });
});

describe('the output', () => {
  it('tells bytes, with whatever separators, and never the LAN-free ones', () => {
    expect(
      sample('tdp-family-vss-output.txt')
        .map(bytesIn)
        .filter((bytes) => bytes !== null),
    ).toEqual(['8062302', '8062302', '3933070', '3933070']);
    expect(bytesIn("Total Bytes : 44'276'220")).toBe('44276220');
    expect(bytesIn('Total Bytes: many')).toBeNull();
  });

  it('tells the version in its banner, if any', () => {
    expect(versionIn(sample('tdpexcc-query-tdp.txt'))).toBe('7.1.3.0');
    expect(versionIn(['Version 8, Release 1, Level 0'])).toBe('8.1.0');
    expect(versionIn(['nothing'])).toBeNull();
  });
});

describe('the process', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tdpexcc-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const client = (command = process.execPath): TdpexccClient =>
    new TdpexccClient(
      { command, args: [path('fake-tdpexcc.mjs')], configFile: 'tdpexc.cfg', ...OWN, logDirectory: folder },
      new SystemClock(),
    );

  it('gives exit code, bytes from lines rewritten in place, and arguments as they are', async () => {
    const progress: string[] = [];
    const running = client().start(job('GOOD DB'), (bytes) => progress.push(bytes));
    const exit = await running.exited;
    expect(exit).toMatchObject({ exitCode: 0, bytesDone: '8062302' });
    expect(progress[0]).toBe('1000');
    expect(exit.lastLines[0]).toContain('["backup","GOOD DB","full","/CONFIGFILE=tdpexc.cfg"');
    expect(exit.lastLines.at(-1)).toBe('Completed');
  });

  it('has its stdin closed', async () => {
    expect((await client().start(job('STDIN'), () => undefined).exited).exitCode).toBe(7);
  });

  it('keeps the last 50 lines, cut to a bounded length', async () => {
    const { exitCode, lastLines } = await client().start(job('BAD'), () => undefined).exited;
    expect(exitCode).not.toBe(0);
    expect(lastLines).toHaveLength(50);
    expect(Math.max(...lastLines.map(({ length }) => length))).toBe(2_000);
    expect(lastLines).toContain('ACN0519E The VSS operation failed with rc = 418.');
  });

  it('can be killed', async () => {
    const running = client().start(job('SLOW'), () => undefined);
    expect(running.pid).toBeGreaterThan(0);
    running.kill();
    expect(await running.exited).toMatchObject({ exitCode: null });
  });

  it('that is missing, or a name that would be a list, is told as not started', async () => {
    expect((await client('no-such-program').start(job('X'), () => undefined).exited).startFailure).toContain('ENOENT');
    const listed = client().start(job('A,B'), () => undefined);
    expect(listed.pid).toBeNull();
    expect((await listed.exited).startFailure).toContain('"A,B" cannot be given');
  });

  it('says whether the client is installed, its version, and what its calls carry', async () => {
    const { client: described, warning } = await client().describe();
    expect([described.installed, described.version, warning]).toEqual([true, '7.1.3.0', null]);
    expect(described.call).toEqual({ options: [expect.stringContaining('/CONFIGFILE=')], dagNode: null });
    expect(await client('no-such-program').describe()).toMatchObject({
      client: { installed: false, version: null },
      warning: expect.stringContaining('ENOENT'),
    });
    const failing = new TdpexccClient(
      {
        command: process.execPath,
        args: ['-e', 'process.exit(9)', '--'],
        configFile: 'c',
        ...OWN,
        logDirectory: folder,
      },
      new SystemClock(),
    );
    expect(await failing.describe()).toMatchObject({
      client: { installed: true, version: null },
      warning: expect.stringContaining('ended with 9'),
    });
  });
});
