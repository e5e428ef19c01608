import { describe, expect, it } from '@jest/globals';
import { DB1, Told, copy, database, instanceOf } from '../testing/given.js';

const BOTH = ['ex01', 'ex02'];

describe('reports of one agent', () => {
  it.each([
    ['an older sequence', 4],
    ['the same sequence', 5],
  ])('%s of the same instance changes nothing', (_, sequence) => {
    const told = new Told().report('ex01', 5, [database('ex01', BOTH)]);
    const before = told.state;
    told.report('ex01', sequence, [database('ex02', BOTH)]);
    expect(told.state).toBe(before);
    expect(told.told()).toEqual([]);
  });

  it('a newer sequence replaces what was reported', () => {
    const told = new Told().report('ex01', 5, [database('ex01', BOTH)]);
    told.report('ex01', 6, [database('ex01', BOTH, { name: 'Renamed' })]);
    expect(told.database().name).toBe('Renamed');
  });

  it('a new instance replaces the old one though its sequence is lower', () => {
    const told = new Told().report('ex01', 50, [database('ex01', BOTH)]);
    told.report('ex01', 0, [database('ex01', BOTH, { name: 'Renamed' })], { agentInstanceId: instanceOf('ex01', 2) });
    expect(told.database().name).toBe('Renamed');
  });

  it('a late report of a replaced instance changes nothing', () => {
    const told = new Told().report('ex01', 50, [database('ex01', BOTH)]);
    told.report('ex01', 0, [database('ex01', BOTH)], { agentInstanceId: instanceOf('ex01', 2) });
    told.report('ex01', 51, [database('ex02', BOTH)]);
    expect(told.database().activeMember).toBe('ex01');
  });

  it('a late move of a database that was reported since changes nothing', () => {
    const told = new Told().report('ex01', 9, [database('ex01', BOTH)]).move('ex01', 8, database('ex02', BOTH));
    expect(told.told()).toEqual([]);
    expect(told.database().activeMember).toBe('ex01');
  });
});

describe('the copies of a database', () => {
  it('are told by their own members', () => {
    const told = new Told()
      .report('ex01', 1, [
        database('ex01', BOTH, {
          copies: [copy('ex01', { active: true, status: 'Mounted' }), copy('ex02', { status: 'Failed' })],
        }),
      ])
      .report('ex02', 1, [database('ex01', BOTH)]);
    told.after(1_000, BOTH);
    expect(told.database().copies).toMatchObject([
      { member: 'ex01', status: 'Mounted', observedBy: 'ex01', ageMs: 1_000 },
      { member: 'ex02', status: 'Healthy', observedBy: 'ex02', ageMs: 1_000 },
    ]);
  });

  it('are told by the newest report of another member where their own has no agent', () => {
    const told = new Told().report('ex01', 1, [database('ex01', ['ex01', 'ex02', 'ex03'])]);
    told.after(1_000, ['ex01']);
    told.report('ex02', 1, [
      database('ex01', [], {
        copies: [
          copy('ex01', { active: true, status: 'Mounted' }),
          copy('ex02'),
          copy('ex03', { status: 'Suspended' }),
        ],
      }),
    ]);
    expect(told.database().copies[2]).toMatchObject({
      member: 'ex03',
      status: 'Suspended',
      observedBy: 'ex02',
      ageMs: 0,
    });
  });

  it('are told by another member once their own has fallen silent', () => {
    const told = new Told().report('ex01', 1, [database('ex01', BOTH)]).report('ex02', 1, [database('ex01', BOTH)]);
    told.after(9_000, ['ex01']);
    told.report('ex01', 2, [
      database('ex01', BOTH, {
        copies: [copy('ex01', { active: true, status: 'Mounted' }), copy('ex02', { status: 'ServiceDown' })],
      }),
    ]);
    expect(told.database().copies[1]).toMatchObject({ status: 'ServiceDown', observedBy: 'ex01' });
  });

  it('are gone when their own member no longer lists them, whatever older reports of others say', () => {
    const told = new Told().report('ex02', 1, [database('ex01', BOTH)]).report('ex01', 1, [database('ex01', BOTH)]);
    told.report('ex02', 2, []);
    expect(told.database().copies.map(({ member }) => member)).toEqual(['ex01']);
    expect(told.database().kind).toBe('standalone');
  });

  it('name one active member only, though an older report says otherwise', () => {
    const told = new Told().report('ex01', 1, [database('ex01', BOTH)]);
    told.after(1_000, BOTH).report('ex02', 1, [database('ex02', BOTH)]);
    expect(told.database().copies.map(({ member, role }) => [member, role])).toEqual([
      ['ex01', 'passive'],
      ['ex02', 'active'],
    ]);
  });
});

describe('the kind of a database', () => {
  it.each([
    ['recovery', database('ex01', ['ex01'], { recovery: true })],
    ['publicFolder', database('ex01', BOTH, { publicFolder: true })],
    ['dag', database('ex01', BOTH)],
    ['standalone', database('ex01', ['ex01'])],
  ])('is %s', (kind, reported) => {
    const told = new Told().report('ex01', 1, [reported]);
    expect(told.database()).toMatchObject({ guid: DB1, kind, dag: 'dag1' });
  });

  it('comes without a DAG where its member is in none', () => {
    const told = new Told().report('ex09', 1, [database('ex09', ['ex09'])], { dag: null });
    expect(told.database()).toMatchObject({ kind: 'standalone', dag: null });
    expect(told.member('ex09').dag).toBeNull();
  });
});
