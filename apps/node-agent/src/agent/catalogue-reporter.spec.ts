import { describe, expect, it } from '@jest/globals';
import type { ListedBackup } from '#contracts';
import { LISTING_PART_MAX } from '#contracts';
import type { ClientListing } from '../ports/backup-client.js';
import { SimClock, settle } from '../../test-support/sim-clock.js';
import { FakeClient, FakeConductor, FakeHost, FakeResults, MemoryJournal } from '../../test-support/fakes.js';
import { order } from '../../test-support/samples.js';
import { World } from '../../test-support/world.js';

function backup(index: number): ListedBackup {
  return {
    databaseName: 'DB1',
    backupType: 'full',
    startedAt: '2026-01-31T20:00:00.000Z',
    sizeBytes: null,
    objectName: String(index),
    sourceMember: 'ex01',
    node: 'DAG1',
    location: 'server',
    active: true,
  };
}

const listed = (...backups: readonly ListedBackup[]) => ({ kind: 'listed' as const, backups, problem: null });
const EVERY_MS = 900_000;

function worldWith(listing: ClientListing): World {
  const client = new FakeClient();
  client.listing = listing;
  return new World(new SimClock(), new MemoryJournal(), new FakeHost(), new FakeConductor(), new FakeResults(), client);
}

describe('the agent’s list of backups', () => {
  it('is told at the start, and later only that it is still the same', async () => {
    const world = worldWith(listed(backup(1)));
    await settle();
    await world.clock.advance(EVERY_MS);
    expect(world.results.listings.map(({ sequence, parts, digest }) => [sequence, parts, digest])).toEqual([
      [0, 1, world.results.listings[0]?.digest],
      [1, 0, world.results.listings[0]?.digest],
    ]);
  });

  it('is told in parts of bounded size', async () => {
    const world = worldWith(listed(...Array.from({ length: LISTING_PART_MAX + 1 }, (_, index) => backup(index))));
    await settle();
    expect(world.results.listings.map(({ part, parts, backups }) => [part, parts, backups.length])).toEqual([
      [1, 2, LISTING_PART_MAX],
      [2, 2, 1],
    ]);
  });

  it('is told as a whole when asked for, and when the last one did not get through', async () => {
    const world = new World();
    world.results.isDown = true;
    await settle();
    world.results.isDown = false;
    await world.clock.advance(EVERY_MS);
    world.agent.listBackups();
    await settle();
    expect(world.results.listings.map(({ parts }) => parts)).toEqual([1, 1]);
  });

  it('says why the client could not be asked, and claims nothing', async () => {
    const world = new World();
    await settle();
    world.client.listing = { kind: 'failed', problem: 'ANS1017E' };
    await world.clock.advance(EVERY_MS);
    expect(world.results.listings.at(-1)).toMatchObject({ failed: true, problem: 'ANS1017E', parts: 0, backups: [] });
  });

  it('is asked for soon after a backup was made here', async () => {
    const world = new World();
    const command = order();
    await world.run(command);
    world.host.set({ lastFullBackupAt: '2026-02-01T00:00:00.000Z' });
    world.client.end(command.attemptId, {});
    await world.clock.advance(3_000);
    expect(world.end(command.attemptId)).toMatchObject({ made: { databaseName: 'MBDB01', backupType: 'full' } });
    expect(world.client.lists).toBe(1);
    await world.clock.advance(6_000);
    expect(world.client.lists).toBe(2);
  });
});
