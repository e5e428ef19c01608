import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderRestoreStep, ReportedDatabase, RestoreObject, RestoreStepData } from '#contracts';
import { withCopy } from '../../test-support/fake-exchange.js';
import { settle } from '../../test-support/sim-clock.js';
import { SEED_SHOWS_WITHIN_MS } from '../domain/restore/limits.js';
import { FakeClient, GUID, MEMBER, RUN_ID, World, database } from '../../test-support/world.js';

const COMMENT = `restore ${RUN_ID}`;

function object(objectName: string, backupType: RestoreObject['backupType'] = 'full'): RestoreObject {
  return {
    backupId: `MBDB01/${objectName}`,
    backupType,
    objectName,
    startedAt: '2026-01-31T20:00:00.000Z',
    sizeBytes: '1000',
    sourceMember: 'ex01',
    node: 'DAG1',
  };
}

function stepOrder(step: RestoreStepData, changes: Partial<OrderRestoreStep> = {}): OrderRestoreStep {
  const number = changes.number ?? 1;
  return {
    runId: RUN_ID,
    taskId: GUID,
    stepId: `s${number}`,
    number,
    epoch: 1,
    databaseGuid: GUID,
    databaseName: 'MBDB01',
    step,
    leaseMs: 10_000,
    ...changes,
  };
}

const RESTORE: RestoreStepData = {
  kind: 'restoreBackup',
  sourceDatabaseName: 'MBDB01',
  objects: [object('1'), object('2', 'incremental')],
};
const SUSPEND: RestoreStepData = { kind: 'suspendCopy', copyMember: 'ex02', comment: COMMENT };

/** The database as a restore wants it: active here, dismounted, allowed. */
const READY = { activeMember: MEMBER, mounted: false, allowFileRestore: true };

describe('a step of a restore', () => {
  let world: World;
  const hostHas = (changes: Partial<ReportedDatabase>): void => {
    world.host.databases = [database({ activeMember: MEMBER, ...changes })];
  };
  beforeEach(() => {
    world = new World();
    hostHas({ allowFileRestore: false });
  });
  const order = (step: RestoreStepData, changes: Partial<OrderRestoreStep> = {}) =>
    world.orderStep(stepOrder(step, changes));
  const end = (number = 1) => world.stepEnd(`s${number}`);

  it.each<[string, RestoreStepData, string[]]>([
    ['suspend', SUSPEND, ['suspend ex02']],
    ['dismount', { kind: 'dismount' }, ['dismount']],
    ['allow', { kind: 'allowFileRestore' }, ['allow true']],
    ['move', { kind: 'moveActive', toMember: 'ex02' }, ['move to ex02']],
  ])('is made true, and told with what Exchange shows then: %s', async (_, step, asked) => {
    await order(step);
    expect(world.changes.asked).toEqual(asked);
    expect(end()).toMatchObject({ outcome: 'succeeded', changed: true, database: { guid: GUID } });
    expect(end()?.database).toEqual(world.host.databases[0]);
  });

  it.each<[string, RestoreStepData]>([
    ['mount', { kind: 'mount' }],
    ['forbid', { kind: 'forbidFileRestore' }],
    ['resume', { kind: 'resumeCopy', copyMember: 'ex02', comment: COMMENT }],
    ['reseed', { kind: 'reseedCopy', copyMember: 'ex02' }],
    ['look', { kind: 'readState' }],
  ])('changes nothing that is true already: %s', async (_, step) => {
    await order(step);
    expect(world.changes.asked).toEqual([]);
    expect(end()).toMatchObject({ outcome: 'succeeded', changed: false, database: { guid: GUID } });
  });

  it('leaves a copy alone that somebody else suspended', async () => {
    world.host.databases = world.host.databases.map((each) => withCopy(each, 'ex02', 'Suspended', 'maintenance'));
    await order(SUSPEND);
    await order({ kind: 'resumeCopy', copyMember: 'ex02', comment: COMMENT }, { number: 2 });
    expect(world.changes.asked).toEqual([]);
    expect(world.host.databases[0]?.copies[1]?.suspendComment).toBe('maintenance');
  });

  it('is refused where it cannot be: an active copy is not suspended, an unknown database not dismounted', async () => {
    await order({ ...SUSPEND, copyMember: MEMBER });
    expect(end()).toMatchObject({ outcome: 'refused', failure: { type: 'copy.role-changed' } });
    world.host.databases = [];
    await order({ kind: 'dismount' }, { number: 2 });
    expect(end(2)).toMatchObject({ outcome: 'refused', failure: { type: 'database.missing' }, isGone: true });
  });

  it('has failed when Exchange says no and nothing is seen of it, and has not when it was done all the same', async () => {
    world.changes.manner = 'refuse';
    await order({ kind: 'dismount' });
    expect(end()).toMatchObject({ outcome: 'failed', failure: { type: 'host.failed' }, changed: true });
    world.changes.manner = 'lose';
    await order({ kind: 'dismount' }, { number: 2 });
    expect(end(2)).toMatchObject({ outcome: 'succeeded', changed: true });
  });

  it('is not believed before Exchange shows it', async () => {
    world.changes.manner = 'ignore';
    await order({ kind: 'dismount' });
    await world.clock.advance(5_000);
    expect(end()).toBeUndefined();
    world.host.set({ mounted: false });
    await world.clock.advance(1_000);
    expect(end()).toMatchObject({ outcome: 'succeeded' });
    expect(world.changes.asked).toEqual(['dismount']);
  });

  it('does nothing without a lease, and nothing that could not be noted', async () => {
    await world.agent.orderStep(stepOrder({ kind: 'dismount' }));
    await world.clock.advance(60_000);
    expect(world.changes.asked).toEqual([]);
    world.conductor.verdicts.set('s1', 'granted');
    world.journal.isFull = true;
    await world.clock.advance(2_000);
    expect([world.changes.asked, end()?.failure?.type]).toEqual([[], 'journal.unwritable']);
  });

  it('is not acknowledged when the order cannot be kept', async () => {
    world.journal.isFull = true;
    await expect(world.agent.orderStep(stepOrder({ kind: 'dismount' }))).rejects.toThrow('no space left');
  });

  it('ordered again is answered with how things stand, and done once', async () => {
    await order({ kind: 'dismount' });
    await order({ kind: 'dismount' });
    expect(world.changes.asked).toEqual(['dismount']);
    expect(world.results.steps.map(({ kind }) => kind)).toEqual(['stepAccepted', 'stepEnded', 'stepEnded']);
  });

  it('of an earlier conductor, or older than another of the same restore, is refused', async () => {
    await order({ kind: 'readState' }, { number: 3, epoch: 2 });
    await order({ kind: 'dismount' }, { number: 2, epoch: 2 });
    await order({ kind: 'dismount' }, { number: 4, epoch: 1 });
    expect(world.changes.asked).toEqual([]);
    expect([end(2), end(4)].map((told) => [told?.outcome, told?.failure?.type])).toEqual([
      ['refused', 'step.superseded'],
      ['refused', 'step.superseded'],
    ]);
  });

  it('that is not known, and asked for, is never begun', async () => {
    await world.agent.describeStep(stepOrder({ kind: 'dismount' }));
    await settle();
    expect(end()).toMatchObject({ outcome: 'refused', failure: { type: 'step.unknown' } });
    await order({ kind: 'dismount' });
    expect(world.changes.asked).toEqual([]);
  });

  it('that hangs in Exchange is stopped with its lease, but not told before Exchange answers or the wait is over', async () => {
    world.changes.manner = 'hang';
    await order({ kind: 'dismount' });
    world.conductor.isSilent = true;
    await world.clock.advance(12_000);
    expect(end()).toBeUndefined();
    await world.clock.advance(world.limits.releaseWaitMs);
    expect(end()).toMatchObject({
      outcome: 'stopped',
      failure: { type: 'lease.expired', details: { released: false } },
    });
  });

  describe('that restores', () => {
    beforeEach(() => hostHas(READY));

    it('runs the client for each backup in its order, and tells the bytes of all', async () => {
      await order(RESTORE);
      world.client.tell('s1', '400');
      await settle();
      await world.clock.advance(2_000);
      expect(world.conductor.received.at(-1)?.attempts).toEqual([
        { attemptId: 's1', attempt: 1, state: 'running', bytesDone: '400' },
      ]);
      world.client.end('s1', { bytesDone: '1000' });
      await world.clock.advance(100);
      world.client.end('s1', { bytesDone: '50' });
      await world.clock.advance(100);
      expect(
        world.client.restores.map(({ object: { objectName }, isFirst, isLast }) => [objectName, isFirst, isLast]),
      ).toEqual([
        ['1', true, false],
        ['2', false, true],
      ]);
      expect(end()).toMatchObject({ outcome: 'succeeded', bytes: '1050', exitCode: 0 });
    });

    it.each([
      ['database.mounted', { mounted: true }],
      ['restore.not-allowed', { allowFileRestore: false }],
      ['database.moved', { activeMember: 'ex02' }],
      ['backup.in-progress', { backupInProgress: true }],
      ['database.renamed', { name: 'OTHER' }],
    ])('is refused, with nothing written: %s', async (type, changes) => {
      hostHas({ ...READY, ...changes });
      await order(RESTORE);
      expect(end()).toMatchObject({ outcome: 'refused', failure: { type }, wrote: false });
      expect(world.client.restores).toEqual([]);
    });

    it('has failed by the client’s exit code; whether it wrote is then not known', async () => {
      await order(RESTORE);
      world.client.end('s1', { exitCode: 4, lastLines: ['ANS1017E Session rejected'] });
      await world.clock.advance(100);
      expect(end()).toMatchObject({ outcome: 'failed', failure: { type: 'storage.unreachable' }, exitCode: 4 });
      expect(end()?.wrote).toBeUndefined();
      expect(world.client.restores).toHaveLength(1);
    });

    it('is killed when its lease ends, and told when it is gone', async () => {
      await order(RESTORE);
      world.client.resistsKill = true;
      world.conductor.isSilent = true;
      await world.clock.advance(11_000);
      expect([world.client.killed, end()]).toEqual([['s1'], undefined]);
      world.client.end('s1', { exitCode: null });
      await world.clock.advance(100);
      expect(end()).toMatchObject({ outcome: 'stopped', failure: { type: 'lease.expired' } });
    });

    it('is killed by order, and by a later step, which waits until it is gone', async () => {
      await order(RESTORE);
      world.client.resistsKill = true;
      await order({ kind: 'forbidFileRestore' }, { number: 2 });
      await world.clock.advance(5_000);
      expect([world.client.killed, world.changes.asked]).toEqual([['s1'], []]);
      world.client.end('s1', { exitCode: null });
      await world.clock.advance(5_000);
      expect(end()).toMatchObject({ outcome: 'stopped', failure: { type: 'step.superseded' } });
      expect([world.changes.asked, end(2)?.outcome]).toEqual([['allow false'], 'succeeded']);
    });
  });

  describe('after a restart of the agent', () => {
    it('that had not begun waits for its lease again', async () => {
      await world.agent.orderStep(stepOrder({ kind: 'dismount' }));
      world = world.restart();
      world.conductor.verdicts.set('s1', 'granted');
      await world.clock.advance(3_000);
      expect([world.changes.asked, end()?.outcome]).toEqual([['dismount'], 'succeeded']);
    });

    it('that had begun is told as Exchange shows it, and never gone on with', async () => {
      world.changes.manner = 'hang';
      await order({ kind: 'dismount' });
      world = world.restart();
      await world.clock.advance(3_000);
      expect(end()).toMatchObject({ outcome: 'interrupted', database: { mounted: true } });
      expect(world.changes.asked).toEqual([]);
    });

    it('that became true meanwhile has succeeded', async () => {
      world.changes.manner = 'hang';
      await order({ kind: 'dismount' });
      world.host.set({ mounted: false });
      world = world.restart();
      await world.clock.advance(3_000);
      expect(end()).toMatchObject({ outcome: 'succeeded', changed: true });
    });

    it('that was restoring is told when no process of it is left', async () => {
      hostHas(READY);
      await order(RESTORE);
      const client = new FakeClient();
      client.orphans = null;
      world = world.restart(client);
      await world.clock.advance(5_000);
      expect(end()).toBeUndefined();
      world.client.orphans = ['s1', 'other'];
      await world.clock.advance(3_000);
      expect(world.client.orphans).toEqual(['other']);
      expect(end()).toMatchObject({ outcome: 'interrupted', failure: { type: 'agent.interrupted' } });
      expect(end()?.wrote).toBeUndefined();
    });

    it('that had ended is told again from the journal, until the broker has it', async () => {
      await order({ kind: 'dismount' });
      const told = end();
      world = world.restart();
      await world.clock.advance(100);
      expect(end()).toBeUndefined();
      await world.agent.describeStep(stepOrder({ kind: 'dismount' }));
      await world.clock.advance(100);
      expect(end()).toEqual(told);
    });
  });

  describe('that reseeds a copy', () => {
    const RESEED: RestoreStepData = { kind: 'reseedCopy', copyMember: 'ex02' };
    const copyIs = (
      status: 'Suspended' | 'Seeding' | 'Initializing' | 'Healthy' | 'FailedAndSuspended',
      percent = 0,
    ): void => {
      world.host.databases = world.host.databases.map((each) => {
        const { copies, ...rest } = withCopy(each, 'ex02', status, null);
        return { ...rest, copies: copies.map((copy) => ({ ...copy, seedingPercent: percent })) };
      });
    };

    it('tells how far it is, and is over when the bytes are there', async () => {
      copyIs('Suspended');
      await order(RESEED);
      copyIs('Seeding', 40);
      await world.clock.advance(4_000);
      expect(world.conductor.received.at(-1)?.attempts[0]?.bytesDone).toBe('400');
      copyIs('Initializing');
      await world.clock.advance(2_000);
      expect(end()).toMatchObject({ outcome: 'succeeded', changed: true });
      expect(world.changes.asked).toEqual(['update ex02']);
    });

    it('is over where Exchange made the copy the active one after its seed', async () => {
      copyIs('Suspended');
      await order(RESEED);
      await world.clock.advance(2_000);
      world.host.databases = world.host.databases.map((each) => ({
        ...withCopy(each, 'ex02', 'Mounted', null),
        activeMember: 'ex02',
        copies: each.copies.map((copy) => ({ ...copy, active: copy.member === 'ex02' })),
      }));
      await world.clock.advance(2_000);
      expect(end()).toMatchObject({ outcome: 'succeeded', changed: true });
    });

    it('waits until the copy is Healthy where no seed was seen, for it may not have begun', async () => {
      copyIs('Initializing');
      await order(RESEED);
      await world.clock.advance(2_000);
      expect(end()).toBeUndefined();
      copyIs('Healthy');
      await world.clock.advance(2_000);
      expect(end()).toMatchObject({ outcome: 'succeeded' });
    });

    it('has failed when Exchange says yes and shows no seed, and not only when a seed would have had time to end', async () => {
      copyIs('Suspended');
      world.changes.manner = 'ignore';
      await order(RESEED);
      await world.clock.advance(SEED_SHOWS_WITHIN_MS - 5_000);
      expect(end()).toBeUndefined();
      await world.clock.advance(10_000);
      expect(end()).toMatchObject({ outcome: 'failed', failure: { type: 'step.timeout', retryable: true } });
    });

    it('may take as long as seeds take once one was seen', async () => {
      copyIs('Suspended');
      await order(RESEED);
      await world.clock.advance(10 * SEED_SHOWS_WITHIN_MS);
      expect(end()).toBeUndefined();
      copyIs('Healthy');
      await world.clock.advance(2_000);
      expect(end()).toMatchObject({ outcome: 'succeeded' });
    });

    it('has failed when the copy is suspended again after it was seeded', async () => {
      copyIs('FailedAndSuspended');
      await order(RESEED);
      await world.clock.advance(2_000);
      copyIs('FailedAndSuspended');
      await world.clock.advance(2_000);
      expect(end()).toMatchObject({ outcome: 'failed', failure: { type: 'reseed.failed' } });
    });

    it('goes on beside another of the same database', async () => {
      copyIs('Suspended');
      await order(RESEED);
      await order({ ...RESEED, copyMember: 'ex03' }, { number: 2 });
      expect(end(2)).toMatchObject({ outcome: 'refused', failure: { type: 'copy.missing' } });
      copyIs('Healthy');
      await world.clock.advance(2_000);
      expect(end()).toMatchObject({ outcome: 'succeeded' });
    });
  });

  describe('about a recovery database', () => {
    const named = { databaseGuid: null, databaseName: 'RDB1' };

    it('creates it once, and takes it away when it is dismounted', async () => {
      await order({ kind: 'createRecoveryDatabase' }, named);
      await order({ kind: 'createRecoveryDatabase' }, { ...named, number: 2 });
      expect(world.changes.asked).toEqual(['create RDB1']);
      world.host.databases = world.host.databases.map((each) => (each.recovery ? { ...each, mounted: true } : each));
      await order({ kind: 'removeRecoveryDatabase' }, { ...named, number: 3 });
      expect(world.changes.asked).toEqual(['create RDB1', 'dismount', 'remove']);
      expect(end(3)).toMatchObject({ outcome: 'succeeded', isGone: true });
    });

    it('is refused while another is mounted here, or a database of that name is none', async () => {
      world.host.databases.push(database({ guid: RUN_ID, name: 'RDB0', recovery: true, activeMember: MEMBER }));
      await order({ kind: 'createRecoveryDatabase' }, named);
      expect(end()).toMatchObject({ outcome: 'refused', failure: { type: 'recovery.occupied' } });
      await order({ kind: 'removeRecoveryDatabase' }, { number: 2 });
      expect(end(2)).toMatchObject({ outcome: 'refused', failure: { type: 'database.not-recovery' } });
      expect(world.changes.asked).toEqual([]);
    });
  });
});
