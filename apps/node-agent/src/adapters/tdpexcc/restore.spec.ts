import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RESTORE_SPELLING } from '#contracts';
import type { RestoreJob } from '../../ports/backup-client.js';
import { SystemClock } from '../system-clock.js';
import { restoreArguments, type RestoreSettings } from './restore-arguments.js';
import { TdpexccClient } from './tdpexcc-client.js';

const SETTINGS: RestoreSettings = {
  configFile: 'c.cfg',
  optFile: 'dsm.opt',
  dagNode: 'DAG1',
  timeZone: 'UTC',
  member: 'EX01',
  restoreSpelling: RESTORE_SPELLING,
};

function job(changes: Partial<RestoreJob> = {}, object: Partial<RestoreJob['object']> = {}): RestoreJob {
  return {
    jobId: 'run/db/7',
    sourceDatabaseName: 'DB 1',
    object: {
      backupId: 'DB 1/20260131220000',
      backupType: 'full',
      objectName: '20260131220000',
      startedAt: '2026-01-31T22:00:00.000Z',
      sizeBytes: null,
      sourceMember: 'ex02',
      node: 'DAG1',
      ...object,
    },
    into: { database: 'DB 1' },
    isFirst: true,
    isLast: true,
    ...changes,
  };
}

const COMMON = ['/CONFIGFILE=c.cfg', '/TSMOPTFILE=dsm.opt', '/LOGFILE=x.log'];

describe('the command line of a restore', () => {
  const words = (changes: Partial<RestoreJob> = {}, object: Partial<RestoreJob['object']> = {}, settings = SETTINGS) =>
    restoreArguments(job(changes, object), settings, 'x.log');

  it('names one backup, erases old logs with the first and recovers with the last of a chain', () => {
    expect(words()).toEqual([
      'restore',
      'DB 1',
      'full',
      ...COMMON,
      '/DAGNODE=DAG1',
      '/OBJECT=20260131220000',
      '/ERASEEXISTINGLOGS=YES',
      '/RECOVER=APPLYRESTOREDLOGS',
      '/MOUNTDATABASES=NO',
    ]);
    const middle = words({ isFirst: false, isLast: false }, { backupType: 'incremental' });
    expect(middle).toContain('incremental');
    expect(middle.filter((word) => /ERASE|RECOVER/.test(word))).toEqual([]);
  });

  it('names another target database only where it is another', () => {
    expect(words({ into: { database: 'RDB1' } })).toContain('/INTODB=RDB1');
    expect(words().some((word) => word.startsWith('/INTODB'))).toBe(false);
  });

  it('takes the newest active backup where the object is not known', () => {
    expect(words({}, { objectName: null }).some((word) => word.startsWith('/OBJECT'))).toBe(false);
  });

  it('asks the node that owns the backup: the DAG’s, this member’s own, or another member’s by its name', () => {
    const own = { node: 'EX02', sourceMember: 'ex02' };
    expect(words({}, own)).toEqual(expect.arrayContaining(['/FROMEXCSERVER=ex02']));
    expect(words({}, own)).not.toContain('/DAGNODE=DAG1');
    const here = words({}, { node: 'EX01', sourceMember: 'ex01' });
    expect(here.filter((word) => /DAGNODE|FROMEXC/.test(word))).toEqual([]);
  });

  it('puts files into a folder with a command of its own', () => {
    expect(words({ into: { folder: 'D:\\x y' } })).toEqual([
      'restorefiles',
      'DB 1',
      'full',
      ...COMMON,
      '/DAGNODE=DAG1',
      '/OBJECT=20260131220000',
      '/INTO=D:\\x y',
    ]);
  });

  it('is spelled as the configuration says; an empty word is left out', () => {
    const restoreSpelling = { ...RESTORE_SPELLING, intoDatabase: '/TARGET=', recover: '' };
    const spelled = words({ into: { database: 'RDB1' } }, {}, { ...SETTINGS, restoreSpelling });
    expect(spelled).toContain('/TARGET=RDB1');
    expect(spelled.some((word) => word.includes('RECOVER'))).toBe(false);
  });
});

describe('the process of a restore', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tdpexcc-restore-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const fake = fileURLToPath(new URL('../../../test-data/fake-tdpexcc.mjs', import.meta.url));
  const client = (): TdpexccClient =>
    new TdpexccClient(
      { ...SETTINGS, command: process.execPath, args: [fake], logDirectory: folder },
      new SystemClock(),
    );

  it('is not started for a name that would be a list', async () => {
    const running = client().restore(job({ into: { database: 'A,B' } }), () => undefined);
    expect((await running.exited).startFailure).toContain('"A,B" cannot be given');
  });

  it('is found and ended by another agent, and no other process with it', async () => {
    const orphan = client().restore(job({ sourceDatabaseName: 'SLOW' }), () => undefined);
    const other = client().restore(job({ jobId: 'run/db/8', sourceDatabaseName: 'SLOW' }), () => undefined);
    await client().endOrphans('run/db/7');
    expect(await orphan.exited).toMatchObject({ exitCode: null });
    await client().endOrphans('run/db/9');
    let otherEnded = false;
    void other.exited.then(() => (otherEnded = true));
    await client().describe();
    expect(otherEnded).toBe(false);
    other.kill();
    await other.exited;
  });
});
