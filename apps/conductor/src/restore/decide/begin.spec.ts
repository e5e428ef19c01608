import { describe, expect, it } from '@jest/globals';
import { MEMBERS, RestoreBench } from '../../testing/restore-bench.js';
import { SETTINGS } from '../../testing/worlds.js';

/** One database active on each member; every storage server lets one restore in. */
function asked(servers: Readonly<Record<string, string>>): RestoreBench {
  const settings = { ...SETTINGS, restore: { ...SETTINGS.restore, sessionsPerStorageServer: 1 } };
  const bench = new RestoreBench(MEMBERS, settings);
  for (const [member, storageServer] of Object.entries(servers)) bench.memberChanges.set(member, { storageServer });
  const databases = MEMBERS.map((member, index) =>
    bench.database(index + 1, [member, ...MEMBERS.filter((other) => other !== member)], { sizeBytes: 9_000 - index }),
  );
  const names = databases.map(({ name }) => name);
  return bench.request({ databases: names, confirm: names });
}

const begun = (bench: RestoreBench): readonly string[] =>
  [...bench.run().tasks.values()].flatMap(({ status, databaseName }) => (status === 'waiting' ? [] : [databaseName]));

describe('the sessions of a storage server', () => {
  it('are shared by the members that name it, and by no others', () => {
    const bench = asked({ ex01: 'SP1', ex02: 'SP1', ex03: 'SP2' });
    expect(begun(bench)).toEqual(['MBX01', 'MBX03']);
    expect(bench.task('MBX02')).toMatchObject({
      blockedBy: 'storage-sessions',
      reason: 'waits for a free session of the storage server SP1',
    });
  });

  it('are its own where a member names no storage server', () => {
    expect(begun(asked({ ex01: 'SP1' }))).toEqual(['MBX01', 'MBX02', 'MBX03']);
  });

  it('are given to the next when one is free', () => {
    const bench = asked({ ex01: 'SP1', ex02: 'SP1', ex03: 'SP1' });
    expect(begun(bench)).toEqual(['MBX01']);
    let mostAtWork = 0;
    for (let round = 0; round < 200; round += 1) {
      for (const step of bench.live()) bench.carryOut(step);
      mostAtWork = Math.max(
        mostAtWork,
        bench.run().tasks.count(({ status }) => status === 'restoring'),
      );
      bench.after(1_000);
    }
    expect(bench.run().status).toBe('completed');
    expect(mostAtWork).toBe(1);
  });
});

describe('a conductor that took over while the inventory is away', () => {
  it('begins no restore whose limits it cannot count, and begins it when it knows them', () => {
    const bench = asked({ ex01: 'SP1', ex02: 'SP1', ex03: 'SP1' });
    bench.isInventoryAway = true;
    bench.restart();
    bench.after(1_000);
    expect(begun(bench)).toEqual(['MBX01']);
    expect(bench.task('MBX02')).toMatchObject({
      blockedBy: 'picture',
      reason: 'waits until the inventory has told of MBX02',
    });
    bench.isInventoryAway = false;
    bench.after(1_000);
    expect(bench.task('MBX02').blockedBy).toBe('storage-sessions');
    bench.settle();
    expect(bench.run().status).toBe('completed');
  });
});
