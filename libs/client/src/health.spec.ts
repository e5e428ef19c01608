import { describe, expect, it } from '@jest/globals';
import { copyOf, databaseOf, snapshotOf } from '../test/fixtures.js';
import { copyHealth, problemsOf } from './health.js';

describe('problemsOf', () => {
  const { members } = snapshotOf();

  it('finds none with a database that is well', () => {
    expect(problemsOf(databaseOf('MBX01'), members)).toEqual([]);
  });

  it.each([
    [databaseOf('MBX01', { activeMember: null }), 'no active copy is known'],
    [databaseOf('MBX01', { mounted: false }), 'dismounted'],
    [databaseOf('MBX01', { mounted: null }), 'not known whether it is mounted'],
    [databaseOf('MBX01', { lastFullBackupAt: null }), 'no full backup is known'],
    [databaseOf('MBX01', { copies: [copyOf('ex01', { status: 'Failed' })] }), 'copy on EX01 is Failed'],
    [databaseOf('MBX01', { copies: [copyOf('ex09')] }), 'no copy is on a member with a working client and agent'],
  ])('names what is wrong (%#)', (database, problem) => {
    expect(problemsOf(database, members)).toEqual([problem]);
  });

  it('expects nothing of a recovery database', () => {
    expect(
      problemsOf(databaseOf('RDB1', { kind: 'recovery', mounted: false, lastFullBackupAt: null, copies: [] }), members),
    ).toEqual([]);
  });

  it('says nothing of a copy that is on its way', () => {
    const copies = [copyOf('ex01'), copyOf('ex02', { status: 'Seeding' })];
    expect(copies.map(copyHealth)).toEqual(['well', 'changing']);
    expect(problemsOf(databaseOf('MBX01', { copies }), members)).toEqual([]);
  });
});
