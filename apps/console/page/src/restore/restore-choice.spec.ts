import { describe, expect, it } from '@jest/globals';
import { RestoreRequest, type RestorePreflight } from '#contracts';
import { validated } from '#messaging';
import {
  NO_RESTORE,
  canStart,
  choiceIn,
  chosenInMore,
  isComplete,
  onlyDatabase,
  restoreOf,
  toConfirm,
  typedOf,
  type RestoreChoice,
} from './restore-choice.js';

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
    [{ what: 'dags', databases: [], dags: ['dag1'] }],
    [{ what: 'all', databases: [], deadlineHours: 6 }],
    [{ withoutCopiesOn: ['ex02'], cancelBackup: true }],
    [{ target: 'files', toPath: 'D:\\Restored', takeFullAfter: true }],
  ])('%j is complete, and a request that the conductor takes', (more) => {
    expect(isComplete(choice(more))).toBe(true);
    expect(validated(RestoreRequest, restoreOf(choice(more), ['MBX01']))).toMatchObject({ ok: true });
  });

  it.each<[Partial<RestoreChoice>]>([
    [{ databases: [] }],
    [{ what: 'dags' }],
    [{ point: 'time' }],
    [{ point: 'backup' }],
    [{ target: 'database' }],
    [{ target: 'server' }],
    [{ target: 'files', toPath: ' ' }],
  ])('%j is not complete', (more) => {
    expect(isComplete(choice(more))).toBe(false);
  });

  it.each<[Partial<RestoreChoice>, object]>([
    [{ dags: ['dag1'] }, { databases: ['MBX01'] }],
    [{ what: 'dags', dags: ['dag1'] }, { dags: ['dag1'] }],
    [{ what: 'all', dags: ['dag1'] }, { all: true }],
  ])('%j says in one way alone what is restored, whatever was chosen in another', (more, expected) => {
    const { databases, dags, all } = restoreOf(choice(more), []);
    expect({ ...(databases && { databases }), ...(dags && { dags }), ...(all && { all }) }).toEqual(expected);
  });

  it('tells what is chosen out of sight, and by when it has to begin', () => {
    expect(chosenInMore(NO_RESTORE)).toBe(0);
    const more = choice({ deadlineHours: 1.5, cancelBackup: true, withoutCopiesOn: ['ex02'] });
    expect(chosenInMore(more)).toBe(3);
    expect(restoreOf(more, []).deadlineMs).toBe(5_400_000);
  });

  it('is of one database, or of several, of which no single backup can be chosen', () => {
    expect(onlyDatabase(choice({}))).toBe('MBX01');
    expect(onlyDatabase(choice({ what: 'all' }))).toBeUndefined();
    expect(onlyDatabase(choice({ databases: ['A', 'B'] }))).toBeUndefined();
  });

  it.each([
    ['', NO_RESTORE],
    ['?database=A&database=B', { databases: ['A', 'B'], point: 'newest' }],
    ['?database=A&backup=A%2F1', { databases: ['A'], point: 'backup', backupId: 'A/1' }],
    ['?database=A&database=B&backup=A%2F1', { databases: ['A', 'B'], point: 'newest', backupId: null }],
    ['?backup=A%2F1', NO_RESTORE],
  ])('is begun by the link %s', (search, expected) => {
    expect(choiceIn(new URLSearchParams(search))).toMatchObject(expected);
  });

  it.each([
    ['', []],
    ['A', ['A']],
    ['B\n A \nC', ['A', 'B']],
    ['a\nA B', []],
  ])('of A and B, %j has typed %j', (text, expected) => {
    expect(typedOf(['A', 'B'], text)).toEqual(expected);
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
