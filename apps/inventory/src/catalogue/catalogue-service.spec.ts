import { beforeEach, describe, expect, it } from '@jest/globals';
import type { BackupListing } from '#contracts';
import { Collection } from '../application/collection.js';
import { RecordedLog, RecordedOrders, SimulatedTime, settled } from '../testing/simulated.js';
import { CatalogueService } from './catalogue-service.js';
import type { CatalogueChange, CatalogueStore } from './sql-catalogue-store.js';
import { EMPTY_CATALOGUE } from './state.js';

class MemoryStore implements CatalogueStore {
  failure: Error | undefined;
  readonly seen = new Set<string>();

  load = () => Promise.resolve(EMPTY_CATALOGUE);

  async commit({ messageId }: CatalogueChange): Promise<'committed' | 'seenBefore'> {
    if (this.failure) throw this.failure;
    if (this.seen.has(messageId)) return 'seenBefore';
    this.seen.add(messageId);
    return 'committed';
  }
}

const LISTING: BackupListing = {
  memberId: 'ex01',
  agentInstanceId: '9d2f6a10-0000-4000-8000-000000000001',
  sequence: 1,
  digest: 'd',
  part: 1,
  parts: 1,
  backups: [
    {
      databaseName: 'DB1',
      backupType: 'full',
      startedAt: '2026-01-31T20:00:00.000Z',
      sizeBytes: null,
      objectName: '20260131200000',
      sourceMember: 'ex01',
      node: 'DAG1',
      location: 'server',
      active: true,
    },
  ],
  failed: false,
  problem: null,
};

describe('the catalogue service', () => {
  let time: SimulatedTime;
  let orders: RecordedOrders;
  let store: MemoryStore;
  let agents: string[];
  let service: CatalogueService;

  beforeEach(async () => {
    time = new SimulatedTime();
    orders = new RecordedOrders();
    store = new MemoryStore();
    agents = [];
    const log = new RecordedLog();
    service = await CatalogueService.open(store, new Collection(orders, time, time, log), orders, time, log, {
      guidOf: () => null,
      version: () => 1,
      agents: () => agents,
    });
  });

  it('answers at once when any age will do, and names its sources', async () => {
    await service.report(LISTING, 'a');
    time.pass(5_000);
    expect(await service.backups({})).toMatchObject({
      total: 1,
      sources: [{ member: 'ex01', listingAgeMs: 5_000, backups: 1, problem: null }],
    });
    expect(orders.given).toEqual([]);
  });

  it('asks first whose listing is too old, and waits for the whole of it', async () => {
    await service.report(LISTING, 'a');
    time.pass(5_000);
    const asked = service.backups({ maxAgeMs: 1_000, waitMs: 60_000 });
    await settled();
    expect(orders.given).toEqual(['ex01']);
    await service.report({ ...LISTING, sequence: 2, digest: 'e', part: 1, parts: 2 }, 'b');
    await service.report({ ...LISTING, sequence: 2, digest: 'e', part: 2, parts: 2, backups: [] }, 'c');
    expect((await asked).sources[0]?.listingAgeMs).toBe(0);
    expect(time.waitingTimers).toBe(0);
  });

  it('refuses a cursor that is none', async () => {
    await expect(service.backups({ after: 'x' })).rejects.toThrow('ask for the first page');
  });

  it('changes nothing in memory when storing fails, so the message can come again', async () => {
    store.failure = new Error('disk full');
    await expect(service.report(LISTING, 'a')).rejects.toThrow('disk full');
    store.failure = undefined;
    expect((await service.backups({})).total).toBe(0);
    await service.report(LISTING, 'a');
    expect((await service.backups({})).total).toBe(1);
  });

  it('asks again for a listing that did not come whole, and for one that never came', async () => {
    agents = ['ex01', 'ex02'];
    await service.report({ ...LISTING, parts: 2 }, 'a');
    await service.tick();
    time.pass(30_000);
    await service.tick();
    expect(orders.given).toEqual([]);
    time.pass(30_000);
    await service.tick();
    expect(orders.given).toEqual(['ex01', 'ex02']);
    await service.report({ ...LISTING, sequence: 2 }, 'b');
    time.pass(60_000);
    await service.tick();
    expect(orders.given).toEqual(['ex01', 'ex02', 'ex02']);
  });
});
