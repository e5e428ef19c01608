import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { newToken, type AuditEntry } from '#contracts';
import type { Storage, StorageTables } from '#storage';
import { describeOnBoth, type TestDatabase } from '../../../../libs/storage/src/testing/databases.js';
import { AccessStore } from './access-store.js';
import { ACCESS_MIGRATIONS, type AccessTables } from './access.tables.js';

const entry = (n: number): AuditEntry => ({
  entryId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  at: `2026-01-01T00:00:0${n}.000Z`,
  actor: 'Ann',
  role: 'operator',
  address: '127.0.0.1',
  action: 'backup.request',
  target: null,
  request: { databases: ['MBX01'] },
  result: 'done',
  text: 'HTTP 202',
  console: 'c1',
});

describeOnBoth('what the inventory keeps for the consoles', (make) => {
  let database: TestDatabase;
  let storage: Storage<AccessTables & StorageTables>;
  let access: AccessStore;
  beforeEach(async () => {
    database = make();
    storage = await database.open<AccessTables>(ACCESS_MIGRATIONS);
    access = new AccessStore(storage);
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('tokens, until they expire or are revoked; a late copy of the making does not bring one back', async () => {
    const { token } = newToken({ name: 'Ann', role: 'viewer', expiresInMs: 1_000, nowMs: 0 });
    await access.issue(token);
    await access.issue(token);
    expect(await access.tokens(new Date(0).toISOString())).toEqual([token]);
    expect(await access.tokens(new Date(1_000).toISOString())).toEqual([]);
    await access.revoke(token.tokenId, new Date(1).toISOString());
    await access.issue(token);
    expect(await access.tokens(new Date(0).toISOString())).toEqual([]);
  });

  it('audit entries once each, newest first, page by page', async () => {
    for (const n of [1, 2, 2, 3]) await access.record(entry(n));
    const first = await access.page({ limit: 2 });
    expect(first.map(({ entryId }) => entryId)).toEqual([entry(3).entryId, entry(2).entryId]);
    expect(await access.page({ beforePosition: first.at(-1)?.position ?? 0 })).toEqual([{ ...entry(1), position: 1 }]);
  });

  it('forgets what is old, and never uses a position twice', async () => {
    for (const n of [1, 2, 3]) await access.record(entry(n));
    await access.forget('2026-01-01T00:00:09.000Z');
    await access.record(entry(4));
    expect((await access.page({})).map(({ position }) => position)).toEqual([4, 3]);
  });
});
