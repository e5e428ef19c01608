import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { edbFile, logFolder } from '../world/layout.js';
import { forkAfter, lineageIn, lineageText } from '../world/lineage.js';
import type { RestoreRow, SessionRow } from '../world/rows.js';
import { SmallLab } from '../world/testing/small-lab.js';
import { restoreOverlapFailures } from './history.js';
import { verifyCopies } from './index.js';

let lab: SmallLab;
beforeEach(async () => {
  lab = await SmallLab.create({ databases: 1 });
  lab.live(4);
});
afterEach(() => lab.remove());

const failures = async (): Promise<string> => (await verifyCopies(lab.directory)).failures.join('\n');

describe('the verification of copies', () => {
  it('finds nothing where nothing is wrong, while every copy is at another generation', async () => {
    expect(await verifyCopies(lab.directory, ['mbx01'])).toEqual({ checked: 3, failures: [] });
    expect(readdirSync(lab.directory).filter((each) => each.startsWith('.verify'))).toEqual([]);
  });

  it('notices one flipped byte, and a log that is missing', async () => {
    const path = edbFile(lab.directory, 'EX02', 'MBX01');
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(200_000) ^ 1, 200_000);
    writeFileSync(path, bytes);
    const logs = logFolder(lab.directory, 'EX01', 'MBX01');
    const log = readdirSync(logs).toSorted()[0] ?? '';
    rmSync(join(logs, log));
    expect((await failures()).split('\n').toSorted()).toEqual([
      expect.stringMatching(new RegExp(`^MBX01 on EX01: ${log} is missing$`)),
      expect.stringMatching(/^MBX01 on EX02: MBX01\.edb differs from what .*, at byte 200000/),
    ]);
  });

  it('notices a copy of other data than the active one, and content that does not come from the restored backup', async () => {
    const object = await lab.backup('EX01', 'MBX01');
    const { store } = lab.world;
    const { guid, generation } = store.database('MBX01');
    store.run(
      `INSERT INTO restores (id, kind, target, targetName, objectName, member, pid, startedAt, endedAt, outcome)
       VALUES ('r', 'database', ?, 'MBX01', ?, 'EX01', 1, 1, 2, 'succeeded')`,
      guid,
      object,
    );
    expect(await failures()).toBe('');
    const lineage = lineageIn(store.copy(guid, 'EX01')?.lineage ?? '');
    const other = lineageText(forkAfter(lineage, 0, 'other'));
    store.run('UPDATE copies SET lineage = ? WHERE database = ? AND member = ?', other, guid, 'EX01');
    expect(generation).toBeGreaterThan(0);
    expect(await failures()).toMatch(
      /EX02: it comes from other data than the active copy on EX01; it was not reseeded/,
    );
    expect(await failures()).toMatch(/MBX01: it was restored from \d{14}, and its content does not come from there/);
  });
});

const restore: RestoreRow = {
  id: 'r',
  kind: 'database',
  target: 'guid',
  targetName: 'MBX01',
  objectName: 'o',
  member: 'EX01',
  pid: 1,
  processStarted: null,
  bytes: 0,
  generation: null,
  startedAt: 10,
  goneAt: null,
  endedAt: 20,
  outcome: 'succeeded',
  reason: null,
};
const session = (startedAt: number, endedAt: number | null, database = 'guid'): SessionRow => ({
  id: 's',
  database,
  member: 'EX02',
  type: 'full',
  phase: 'ended',
  pid: 1,
  processStarted: null,
  objectName: '20260101000000',
  firstLog: 1,
  generation: 1,
  startedAt,
  goneAt: null,
  endedAt,
  outcome: 'succeeded',
  reason: null,
  cleaned: 1,
});

describe('backups and restores of one database at once', () => {
  it.each<[string, SessionRow, number]>([
    ['before', session(1, 10), 0],
    ['after', session(20, 30), 0],
    ['of another database', session(12, 13, 'other'), 0],
    ['within', session(12, 13), 1],
    ['from before on', session(1, 11), 1],
    ['still running', session(19, null), 1],
  ])('a backup %s', (_when, backup, count) => {
    expect(restoreOverlapFailures([restore], [backup])).toHaveLength(count);
  });

  it('are found for two restores too, once', () => {
    const other = { ...restore, id: 'r2', member: 'EX03', startedAt: 15, endedAt: null };
    expect(restoreOverlapFailures([restore, other], [])).toEqual([
      'MBX01: restored on EX01 while it was restored on EX03 too',
    ]);
    expect(restoreOverlapFailures([restore, { ...other, startedAt: 20 }], [])).toEqual([]);
  });
});
