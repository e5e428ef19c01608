import { describe, expect, it } from '@jest/globals';
import { matrixOf, type MatrixFilter } from './matrix.js';
import type { LiveDatabase, LiveMember, Overview } from './overview.js';
import { memberProblems } from './problems.js';

const member = (id: string, dag: string | null, more: object = {}) =>
  ({
    id,
    name: id.toUpperCase(),
    dag,
    client: { installed: true, version: '8.1' },
    agent: { state: 'alive', reportedAt: null },
    warnings: [],
    ...more,
  }) as unknown as LiveMember;

const database = (name: string, copies: readonly (readonly [string, string])[], more: object = {}) =>
  ({
    guid: name,
    name,
    kind: 'dag',
    dag: 'dag1',
    activeMember: copies[0]?.[0] ?? null,
    mounted: true,
    copies: copies.map(([id, status], index) => ({ member: id, status, role: index === 0 ? 'active' : 'passive' })),
    ...more,
  }) as unknown as LiveDatabase;

const overview: Overview = {
  dags: [{ id: 'dag1', name: 'DAG1', members: ['ex1', 'ex2'] }],
  members: [member('ex2', 'dag1'), member('ex1', 'dag1'), member('ex9', null)],
  databases: [
    database('MBX10', [
      ['ex1', 'Mounted'],
      ['ex2', 'Failed'],
    ]),
    database('MBX2', [
      ['ex2', 'Mounted'],
      ['ex1', 'Healthy'],
    ]),
    database('PF', [['ex9', 'Mounted']], { kind: 'publicFolder', dag: null }),
  ],
  runs: [],
  maintenance: null,
};
const all: MatrixFilter = { text: '', dag: null, onlyProblems: false };

describe('the matrix', () => {
  it('puts members in columns, databases in the order people count, and what is no DAG’s into its own group', () => {
    const [dag, others] = matrixOf(overview, all);
    expect(dag?.members.map(({ id }) => id)).toEqual(['ex1', 'ex2']);
    expect(dag?.rows.map(({ database: { name }, cells }) => [name, cells.map((cell) => cell?.status)])).toEqual([
      ['MBX2', ['Healthy', 'Mounted']],
      ['MBX10', ['Mounted', 'Failed']],
    ]);
    expect(others?.members.map(({ id }) => id)).toEqual(['ex9']);
    expect(others?.rows.map((row) => row.database.name)).toEqual(['PF']);
  });

  it('is narrowed by text, by DAG and to problems', () => {
    const names = (filter: Partial<MatrixFilter>) =>
      matrixOf(overview, { ...all, ...filter }).flatMap(({ rows }) => rows.map((row) => row.database.name));
    expect(names({ text: ' mbx1' })).toEqual(['MBX10']);
    expect(names({ dag: 'dag1' })).toEqual(['MBX2', 'MBX10']);
    expect(names({ onlyProblems: true })).toEqual(['MBX10']);
    expect(names({ text: 'nothing' })).toEqual([]);
  });

  it('says what is wrong with a database and a member', () => {
    const [dag] = matrixOf(overview, { ...all, onlyProblems: true });
    expect(dag?.rows[0]?.problems).toEqual(['copy on EX2 is Failed']);
    expect(
      memberProblems(
        member('ex3', null, { client: { installed: false }, agent: { state: 'silent' }, warnings: ['disk full'] }),
      ),
    ).toEqual(['no backup client is installed', 'its agent is silent', 'disk full']);
  });
});
