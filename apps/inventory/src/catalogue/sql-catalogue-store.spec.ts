import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ListedBackup } from '#contracts';
import { openEmbedded, type Storage } from '#storage';
import { INVENTORY_MIGRATIONS } from '../storage/inventory.tables.js';
import { SqlCatalogueStore, type CatalogueDatabase } from './sql-catalogue-store.js';
import { EMPTY_CATALOGUE, keyOf, type CatalogueState, type Made, type Source } from './state.js';

const NOW_MS = Date.parse('2026-01-31T22:00:00.000Z');

function backup(objectName: string, active = true): ListedBackup {
  return {
    databaseName: 'DB 1',
    backupType: 'full',
    startedAt: '2026-01-31T20:00:00.000Z',
    sizeBytes: '18014398509481985',
    objectName,
    sourceMember: null,
    node: 'DAG1',
    location: 'server',
    active,
  };
}

function source(backups: readonly ListedBackup[]): Source {
  return {
    memberId: 'ex01',
    agentInstanceId: 'instance',
    sequence: 3,
    formerInstanceIds: ['before'],
    toldDigest: 'd',
    problem: null,
    listing: {
      memberId: 'ex01',
      digest: 'd',
      confirmedAtMs: NOW_MS,
      backups: new Map(backups.map((each) => [keyOf(each), each])),
    },
  };
}

const MADE: Made = {
  attemptId: 'a',
  runId: 'r',
  memberId: 'ex01',
  bytes: '5',
  heardAtMs: NOW_MS,
  databaseGuid: '11111111-1111-4111-8111-111111111111',
  databaseName: 'DB 1',
  backupType: 'full',
  startedAt: '2026-01-31T20:00:00.000Z',
  endedAt: '2026-01-31T20:10:00.000Z',
};

describe('the stored catalogue', () => {
  let folder: string;
  let storage: Storage<CatalogueDatabase>;
  let store: SqlCatalogueStore;

  const open = async (): Promise<CatalogueState> => {
    storage = await openEmbedded<CatalogueDatabase>({
      file: join(folder, 'inventory.db'),
      migrations: INVENTORY_MIGRATIONS,
    });
    store = new SqlCatalogueStore(storage);
    return store.load();
  };
  const reopened = async (): Promise<CatalogueState> => {
    await storage.close();
    return open();
  };
  const withSource = (state: CatalogueState, next: Source): CatalogueState => ({
    ...state,
    sources: new Map([['ex01', next]]),
  });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dag-catalogue-'));
    expect(await open()).toEqual(EMPTY_CATALOGUE);
  });
  afterEach(async () => {
    await storage.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the same after a restart, also when backups came, changed and went', async () => {
    const first = withSource(EMPTY_CATALOGUE, source([backup('1'), backup('2')]));
    await store.commit({ before: EMPTY_CATALOGUE, after: first, messageId: 'a', nowMs: NOW_MS });
    expect(await reopened()).toEqual(first);
    const second = {
      ...withSource(first, source([backup('2', false), backup('3')])),
      made: new Map([[MADE.attemptId, MADE]]),
    };
    await store.commit({ before: first, after: second, messageId: 'b', nowMs: NOW_MS });
    expect(await reopened()).toEqual(second);
    const third = { ...second, made: new Map() };
    await store.commit({ before: second, after: third, messageId: 'c', nowMs: NOW_MS });
    expect(await reopened()).toEqual(third);
  });

  it('stores a large listing whole', async () => {
    const many = withSource(EMPTY_CATALOGUE, source(Array.from({ length: 3_001 }, (_, index) => backup(`${index}`))));
    await store.commit({ before: EMPTY_CATALOGUE, after: many, messageId: 'a', nowMs: NOW_MS });
    expect((await reopened()).sources.get('ex01')?.listing?.backups.size).toBe(3_001);
  });

  it('stores nothing of a message that was handled before', async () => {
    const first = withSource(EMPTY_CATALOGUE, source([backup('1')]));
    await store.commit({ before: EMPTY_CATALOGUE, after: first, messageId: 'a', nowMs: NOW_MS });
    const other = withSource(first, source([]));
    expect(await store.commit({ before: first, after: other, messageId: 'a', nowMs: NOW_MS })).toBe('seenBefore');
    expect(await reopened()).toEqual(first);
  });
});
