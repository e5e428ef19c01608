import { describe, expect, it } from '@jest/globals';
import type { RestoreRequest } from '#contracts';
import { databaseView, memberView, worldOf } from '../testing/worlds.js';
import { restoreOrderOf } from './decide/request.js';
import { selected } from './selection.js';

/** Two DAGs, a database without copies on a DAG's member, a server outside any DAG, public folders, and a recovery database. */
const world = worldOf(
  [memberView('EX01'), memberView('EX02'), memberView('EX11', { dag: 'dag2' }), memberView('EX21', { dag: null })],
  [
    databaseView(1, ['ex01', 'ex02']),
    databaseView(2, ['ex11', 'ex12'], { dag: 'dag2' }),
    databaseView(3, ['ex01']),
    databaseView(4, ['ex21'], { dag: null }),
    databaseView(5, ['ex01'], { kind: 'publicFolder', name: 'PF01' }),
    databaseView(6, ['ex01'], { kind: 'recovery', name: 'Recovery-MBX01' }),
  ],
);

function names(request: RestoreRequest): readonly string[] {
  const { databases, unknown } = selected(restoreOrderOf(request), world);
  return [...databases.map(({ name }) => name), ...unknown.map((each) => `unknown ${each}`)].toSorted();
}

describe('what a request is about', () => {
  it.each<readonly [string, RestoreRequest, readonly string[]]>([
    ['everything: all DAGs and all servers outside them', { all: true }, ['MBX01', 'MBX02', 'MBX03', 'MBX04']],
    ['a DAG: what is replicated in it', { dags: ['dag1'] }, ['MBX01']],
    ['several DAGs, one of them unknown', { dags: ['dag2', 'dag9'] }, ['MBX02', 'unknown dag9']],
    ['a list, in any letter case, each once', { databases: ['mbx01', 'MBX01', 'MBX04'] }, ['MBX01', 'MBX04']],
    ['public folders where they are named', { databases: ['PF01'] }, ['PF01']],
    ['a recovery database is no source', { databases: ['Recovery-MBX01'] }, ['unknown Recovery-MBX01']],
  ])('%s', (_, request, expected) => {
    expect(names(request)).toEqual(expected);
  });
});
