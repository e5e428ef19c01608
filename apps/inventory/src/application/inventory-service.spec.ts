import { beforeEach, describe, expect, it } from '@jest/globals';
import type { InventorySnapshot } from '#contracts';
import { Inventory } from '../domain/inventory.js';
import { DEFAULT_SETTINGS } from '../domain/state.js';
import { database, instanceOf, move, report } from '../testing/given.js';
import { MemoryStore, RecordedLog, RecordedOrders, SimulatedTime, settled } from '../testing/simulated.js';
import { Collection } from './collection.js';
import { InventoryService } from './inventory-service.js';

const WAIT_MS = 5_000;

function ageOf(snapshot: InventorySnapshot, id: string): number | null | undefined {
  return snapshot.members.find((member) => member.id === id)?.agent.reportAgeMs;
}

describe('the inventory service', () => {
  let time: SimulatedTime;
  let orders: RecordedOrders;
  let store: MemoryStore;
  let log: RecordedLog;
  let service: InventoryService;
  let sequence: number;

  const reports = (member: string): Promise<void> => {
    sequence += 1;
    return service.report(report(member, sequence, [database('ex01', ['ex01', 'ex02'])]), `message-${sequence}`);
  };
  const hear = (memberId: string) =>
    service.hear({ memberId, agentInstanceId: instanceOf(memberId), sequence: 0, attempts: [] });

  beforeEach(async () => {
    time = new SimulatedTime();
    orders = new RecordedOrders();
    store = new MemoryStore();
    log = new RecordedLog();
    sequence = 0;
    const collection = new Collection(orders, time, time, log);
    service = await InventoryService.open(new Inventory(DEFAULT_SETTINGS), store, collection, time, log);
  });

  it('gives what it has at once when any age will do', async () => {
    await reports('ex01');
    time.pass(100_000);
    const snapshot = await service.snapshot({});
    expect(ageOf(snapshot, 'ex01')).toBe(100_000);
    expect(snapshot.missingMembers).toEqual([]);
    expect(orders.given).toEqual([]);
  });

  it('counts the moves that it has told, by their category', async () => {
    await reports('ex01');
    sequence += 1;
    await service.observeMove(move('ex02', sequence, database('ex02', ['ex01', 'ex02'])), 'moved');
    expect([...service.moves()].filter(([, count]) => count > 0)).toEqual([['failover', 1]]);
  });

  it('knows for how long it has been at a change that the store does not end', async () => {
    expect(service.changingForMs()).toBeNull();
    let goOn: () => void = () => undefined;
    const commit = store.commit.bind(store);
    store.commit = async (change) => {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      return commit(change);
    };
    const reported = reports('ex01');
    await settled();
    time.pass(40_000);
    expect(service.changingForMs()).toBe(40_000);
    goOn();
    await reported;
    expect(service.changingForMs()).toBeNull();
  });

  it('asks only the agents whose report is too old, and answers when they have reported', async () => {
    await reports('ex01');
    time.pass(2_000);
    await reports('ex02');
    const asked = service.snapshot({ maxAgeMs: 1_000, waitMs: WAIT_MS });
    await settled();
    expect(orders.given).toEqual(['ex01']);
    time.pass(500);
    await reports('ex01');
    const snapshot = await asked;
    expect([ageOf(snapshot, 'ex01'), ageOf(snapshot, 'ex02')]).toEqual([0, 500]);
    expect(snapshot.missingMembers).toEqual([]);
    expect(time.waitingTimers).toBe(0);
  });

  it('answers when the wait is over, and names who did not answer; members without an agent are listed, not missing', async () => {
    await reports('ex01');
    await reports('ex02');
    time.pass(10_000);
    const asked = service.snapshot({ maxAgeMs: 1_000, waitMs: WAIT_MS });
    await settled();
    await reports('ex01');
    time.pass(WAIT_MS);
    const snapshot = await asked;
    expect(snapshot.missingMembers).toEqual(['ex02']);
    expect(snapshot.members.find(({ id }) => id === 'ex03')?.agent.state).toBe('never');
  });

  it('does not wait for an agent whose orders nobody takes, and names it', async () => {
    await reports('ex01');
    time.pass(10_000);
    orders.unroutable.add('ex01');
    expect((await service.snapshot({ maxAgeMs: 0, waitMs: WAIT_MS })).missingMembers).toEqual(['ex01']);
    expect(log.events).toContain('collection.no-agent');
  });

  it('does not wait for an agent that could not be asked, names it, and asks again next time', async () => {
    await reports('ex01');
    time.pass(10_000);
    orders.failure = new Error('no broker');
    expect((await service.snapshot({ maxAgeMs: 0, waitMs: WAIT_MS })).missingMembers).toEqual(['ex01']);
    await service.snapshot({ maxAgeMs: 0, waitMs: WAIT_MS });
    expect(orders.given).toEqual(['ex01', 'ex01']);
  });

  it('asks an agent once for all who ask at the same time', async () => {
    await reports('ex01');
    time.pass(10_000);
    const asked = [1, 2, 3].map(() => service.snapshot({ maxAgeMs: 1_000, waitMs: WAIT_MS }));
    await settled();
    await reports('ex01');
    expect((await Promise.all(asked)).map(({ missingMembers }) => missingMembers)).toEqual([[], [], []]);
    expect(orders.given).toEqual(['ex01']);
  });

  it('tells all who wait for the same agent that nobody takes its orders', async () => {
    await reports('ex01');
    time.pass(10_000);
    orders.unroutable.add('ex01');
    const asked = [1, 2].map(() => service.snapshot({ maxAgeMs: 1_000, waitMs: WAIT_MS }));
    expect((await Promise.all(asked)).map(({ missingMembers }) => missingMembers)).toEqual([['ex01'], ['ex01']]);
  });

  it('gives an order again that was not answered for long', async () => {
    await reports('ex01');
    time.pass(10_000);
    for (let round = 0; round < 2; round += 1) {
      const asked = service.snapshot({ maxAgeMs: 1_000, waitMs: WAIT_MS });
      await settled();
      time.pass(30_000);
      await asked;
    }
    expect(orders.given).toEqual(['ex01', 'ex01']);
  });

  it('asks an agent that was heard and has never reported', async () => {
    await hear('ex05');
    const asked = service.snapshot({ maxAgeMs: 600_000, waitMs: WAIT_MS });
    await settled();
    time.pass(WAIT_MS);
    expect((await asked).missingMembers).toEqual(['ex05']);
  });

  it('changes nothing in memory when storing fails, so the message can come again', async () => {
    store.failure = new Error('disk full');
    await expect(reports('ex01')).rejects.toThrow('disk full');
    expect((await service.snapshot({})).members).toEqual([]);
    store.failure = undefined;
    await reports('ex01');
    expect((await service.snapshot({})).databases).toHaveLength(1);
  });

  it('takes a message delivered twice once', async () => {
    const once = report('ex01', 1, [database('ex01', ['ex01'])]);
    await service.report(once, 'a');
    await service.report(once, 'a');
    expect(store.changes).toHaveLength(1);
  });

  it('stores nothing for a heartbeat that tells nothing new', async () => {
    await reports('ex01');
    await hear('ex01');
    await service.tick();
    expect(store.changes).toHaveLength(1);
  });

  it('tells of the loss and the return of an agent', async () => {
    await reports('ex01');
    time.pass(8_000);
    await service.tick();
    await hear('ex01');
    expect(log.events.slice(-2)).toEqual(['member.lost', 'member.returned']);
  });

  it('goes on from what is stored when the answer to a commit got lost', async () => {
    await hear('ex01');
    store.lostAnswer = new Error('the connection was lost');
    const told = report('ex01', 1, [database('ex01', ['ex01', 'ex02'])]);
    await expect(service.report(told, 'a')).rejects.toThrow('the connection was lost');
    store.lostAnswer = undefined;
    await service.report(told, 'a');
    const snapshot = await service.snapshot({});
    expect(snapshot.databases.map(({ name }) => name)).toEqual(['DB1']);
    expect(snapshot.members.find(({ id }) => id === 'ex01')?.agent.state).toBe('alive');
  });
});
