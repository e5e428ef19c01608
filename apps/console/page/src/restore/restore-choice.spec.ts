import { describe, expect, it } from '@jest/globals';
import { RestoreRequest, type RestorePreflight } from '#contracts';
import { validated } from '#messaging';
import { NO_RESTORE, canStart, isComplete, restoreOf, toConfirm, type RestoreChoice } from './restore-choice.js';

const choice = (more: Partial<RestoreChoice>): RestoreChoice => ({ ...NO_RESTORE, databases: ['MBX01'], ...more });

describe('what is chosen for a restore', () => {
  it.each<[Partial<RestoreChoice>]>([
    [{}],
    [{ point: 'time', at: '2026-01-31T22:00:00' }],
    [{ point: 'backup', backupId: 'MBX01/20260131220000' }],
    [{ target: 'database', toDatabase: 'MBX09' }],
    [{ target: 'server', toMember: 'ex03' }],
    [{ target: 'recovery' }],
    [{ target: 'removeRecovery', toMember: 'ex01' }],
    [{ databases: [], dags: ['dag1'] }],
    [{ withoutCopiesOn: ['ex02'], cancelBackup: true }],
    [{ target: 'files', toPath: 'D:\\Restored', takeFullAfter: true }],
  ])('%j is complete, and a request that the conductor takes', (more) => {
    expect(isComplete(choice(more))).toBe(true);
    expect(validated(RestoreRequest, restoreOf(choice(more), ['MBX01']))).toMatchObject({ ok: true });
  });

  it.each<[Partial<RestoreChoice>]>([
    [{ databases: [] }],
    [{ dags: ['dag1'] }],
    [{ point: 'time' }],
    [{ point: 'backup' }],
    [{ target: 'database' }],
    [{ target: 'server' }],
    [{ target: 'files', toPath: ' ' }],
  ])('%j is not complete', (more) => {
    expect(isComplete(choice(more))).toBe(false);
  });

  it('the names to type are those of the databases that are overwritten', () => {
    const databases = [
      { databaseName: 'A', needsConfirmation: true, offlineDatabase: 'B' },
      { databaseName: 'C', needsConfirmation: false, offlineDatabase: 'C' },
      { databaseName: 'D', needsConfirmation: true, offlineDatabase: null },
    ];
    expect(toConfirm({ databases } as unknown as RestorePreflight)).toEqual(['B', 'D']);
  });

  it.each([
    ['nothing stands against it', [], [[], false], true],
    ['only the name has to be typed', [], [['confirm A'], true], true],
    ['there is no backup', [], [['no backup'], false], false],
    ['the name has to be typed and a copy is down', [], [['a copy is down', 'confirm A'], true], false],
    ['the run as a whole cannot be', ['the broker is full'], [[], false], false],
  ] as const)('can start or not: %s', (_, problems, [ofDatabase, needsConfirmation], expected) => {
    const databases = [{ problems: ofDatabase, needsConfirmation }];
    expect(canStart({ problems, databases } as unknown as RestorePreflight)).toBe(expected);
  });
});
