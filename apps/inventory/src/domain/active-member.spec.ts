import { describe, expect, it } from '@jest/globals';
import { Told, copy, database } from '../testing/given.js';

const ALL = ['ex01', 'ex02', 'ex03'];
const FULL = '2026-01-30T22:00:00Z';

describe('the active member', () => {
  it('is the member that itself says so, mounted, though a newer report of another says otherwise', () => {
    const told = new Told().report('ex01', 1, [database('ex01', ALL)]).after(1_000, ALL);
    told.report('ex02', 1, [database('ex03', ALL)]);
    expect(told.database().activeMember).toBe('ex01');
    expect(told.told()).not.toContainEqual(expect.stringContaining('failedOver'));
  });

  it('is the newest of several that say so themselves', () => {
    const told = new Told().report('ex02', 1, [database('ex02', ALL)]).after(1_000, ALL);
    told.report('ex01', 1, [database('ex01', ALL)]).after(1_000, ALL);
    expect(told.database().activeMember).toBe('ex01');
  });

  it('is where the newest view of others puts it when nobody says so itself', () => {
    const told = new Told().report('ex01', 1, [database('ex03', ALL)]).after(1_000, ['ex01']);
    told.report('ex02', 1, [
      database('ex02', ALL, { copies: [copy('ex02', { active: true, status: 'Mounting' }), copy('ex01')] }),
    ]);
    expect(told.database().activeMember).toBe('ex02');
  });

  it('is no longer the member that said so itself and fell silent, once others see it elsewhere', () => {
    const told = new Told().report('ex01', 1, [database('ex01', ALL)]).report('ex02', 1, [database('ex01', ALL)]);
    told.after(9_000, ['ex02']).report('ex02', 2, [database('ex03', ALL)]);
    expect(told.database().activeMember).toBe('ex03');
    expect(told.told()).toContain('failedOver DB1 ex01>ex03 unknown');
  });

  it('stays the last one known when nobody says anything, and mounted is then not known', () => {
    const told = new Told().report('ex01', 1, [database('ex01', ALL)]);
    told.report('ex01', 2, [database(null, ALL)]);
    expect(told.database()).toMatchObject({ activeMember: 'ex01', mounted: null, backupInProgress: null });
    expect(told.told()).toEqual(['changed DB1']);
  });

  it('is not known where it never was', () => {
    const told = new Told().report('ex01', 1, [database(null, ALL)]);
    expect(told.database()).toMatchObject({ activeMember: null, mounted: null, backupInProgress: null });
    expect(told.database().copies.every(({ role }) => role === 'passive')).toBe(true);
  });
});

describe('what holds for the whole database', () => {
  it('comes from the active member, though another reported later', () => {
    const told = new Told().report('ex01', 1, [
      database('ex01', ALL, { lastFullBackupAt: FULL, sizeBytes: '7', backupInProgress: true }),
    ]);
    told.after(1_000, ALL).report('ex02', 1, [database('ex01', ALL, { mounted: false })]);
    expect(told.database()).toMatchObject({
      lastFullBackupAt: FULL,
      sizeBytes: '7',
      backupInProgress: true,
      mounted: true,
    });
  });

  it('comes from the newest that knows it where the active member has no agent', () => {
    const told = new Told().report('ex01', 1, [database('ex03', ALL, { lastFullBackupAt: FULL })]);
    told.after(1_000, ALL).report('ex02', 1, [database('ex03', ALL, { sizeBytes: null, mounted: null })]);
    expect(told.database()).toMatchObject({ lastFullBackupAt: FULL, sizeBytes: '1000', mounted: true });
  });

  it('does not take mounted, or a backup in progress, from a member that believes in another active copy', () => {
    const told = new Told().report('ex01', 1, [database('ex01', ALL, { backupInProgress: false })]);
    told.after(9_000, ['ex02']).report('ex02', 1, [database('ex03', ALL, { mounted: null, backupInProgress: null })]);
    expect(told.database()).toMatchObject({ activeMember: 'ex03', mounted: null, backupInProgress: null });
  });
});
