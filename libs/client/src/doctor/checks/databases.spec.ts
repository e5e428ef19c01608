import { describe, expect, it } from '@jest/globals';
import { factsOf, found, ago } from '../../../test/doctor-facts.js';
import { copyOf, databaseOf } from '../../../test/fixtures.js';

const HOUR_MS = 3_600_000;

describe('databases', () => {
  it('that users or every backup miss are problems, and come first', () => {
    const databases = [
      databaseOf('MBX1', { copies: [copyOf('ex01', { status: 'Failed' })] }),
      databaseOf('MBX10', { mounted: false }),
      databaseOf('MBX2', { activeMember: null }),
    ];
    expect(found('databases', factsOf({ snapshot: { databases } })).map(({ state, text }) => [state, text])).toEqual([
      ['problem', 'MBX2: no active copy is known.'],
      ['problem', 'MBX10: dismounted.'],
      ['warning', 'MBX1: copy on EX01 is Failed.'],
    ]);
  });

  it('to be recovered into are left out', () => {
    const databases = [databaseOf('RDB', { kind: 'recovery', mounted: false, lastFullBackupAt: null, copies: [] })];
    const facts = factsOf({ snapshot: { databases } });
    expect(found('databases', facts)).toMatchObject([{ state: 'ok' }]);
    expect(found('backups', facts)).toMatchObject([{ state: 'ok', text: 'There is no database to back up.' }]);
  });
});

describe('backups', () => {
  const aged = (name: string, ageMs: number | null) =>
    databaseOf(name, { lastFullBackupAt: ageMs === null ? null : ago(ageMs) });

  it('that are missing or too old are told, with the command that makes them', () => {
    const databases = [aged('MBX01', 47 * HOUR_MS), aged('MBX02', 50 * HOUR_MS), aged('My DB', null)];
    expect(found('backups', factsOf({ snapshot: { databases } }))).toMatchObject([
      {
        state: 'warning',
        text: 'Exchange knows of no backup of My DB. Back them up.',
        commands: ['dagctl backup --database "My DB" --wait'],
      },
      {
        text: expect.stringContaining('younger than 2d00h of MBX02 (2d02h).'),
        commands: ['dagctl backup --database MBX02 --wait'],
      },
    ]);
  });

  it('are old by what the one who asks says', () => {
    const snapshot = { databases: [aged('MBX01', 2 * HOUR_MS)] };
    expect(found('backups', factsOf({ snapshot, backupAgeMs: HOUR_MS }))).toMatchObject([{ state: 'warning' }]);
  });

  it('of any kind count, and one from the future counts as new', () => {
    const databases = [
      databaseOf('MBX01', { lastFullBackupAt: ago(90 * HOUR_MS), lastIncrementalBackupAt: ago(HOUR_MS) }),
      databaseOf('MBX02', { lastFullBackupAt: null, lastCopyBackupAt: ago(HOUR_MS) }),
      aged('MBX03', -HOUR_MS),
    ];
    expect(found('backups', factsOf({ snapshot: { databases } }))).toMatchObject([
      { state: 'ok', text: 'The newest backup of each of 3 databases is at most 1h00m old.' },
    ]);
  });

  it('of very many are asked for by their age', () => {
    const databases = Array.from({ length: 30 }, (_, index) => aged(`MBX${index + 1}`, null));
    expect(found('backups', factsOf({ snapshot: { databases } }))).toMatchObject([
      {
        text: expect.stringContaining('MBX9, MBX10 and 20 more.'),
        commands: ['dagctl backup --min-interval 48h --wait'],
      },
    ]);
  });
});
