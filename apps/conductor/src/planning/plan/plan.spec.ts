import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BackupRequest, DatabaseView } from '#contracts';
import { orderOf } from '../../domain/decide/request.js';
import { SETTINGS, copyView, databaseView, memberView, worldOf } from '../../testing/worlds.js';
import type { PlacementContext } from '../candidates.js';
import { warningsAbout } from './warnings.js';
import { makePlan, type Plan, type PlannedTask } from './plan.js';

const FULL_AT = '2026-01-30T22:00:00Z';
const GIB = 1_073_741_824;
const MEMBERS = ['ex01', 'ex02', 'ex03', 'ex04'] as const;
const views = MEMBERS.map((id, index) => memberView(id.toUpperCase(), { site: index < 2 ? 'Nord' : 'Sued' }));

function contextOf(databases: readonly DatabaseView[], changes: Partial<PlacementContext> = {}): PlacementContext {
  return {
    world: worldOf(views, databases),
    isAlive: () => true,
    openBytes: () => 0,
    capacity: () => ({ bytesPerSecond: GIB, streams: 1, startGapMs: 0 }),
    observationMaxAgeMs: 300_000,
    queueLimits: SETTINGS.queueLimits,
    drainOf: () => undefined,
    ...changes,
  };
}

function planOf(
  databases: readonly DatabaseView[],
  request: BackupRequest = {},
  changes: Partial<PlacementContext> = {},
): Plan {
  const plan = makePlan(orderOf(request, null), contextOf(databases, changes), 0);
  if (plan.kind === 'refused') throw new Error(plan.reason);
  return plan;
}

function memberOf(plan: Plan, name: string, copyNumber = 1): string | undefined {
  const found = plan.tasks.find(({ task }) => task.databaseName === name && task.copyNumber === copyNumber);
  return found?.outcome.kind === 'placed' ? found.outcome.member : undefined;
}

function sized(number: number, gib: number, members: readonly string[] = ['ex01', 'ex02', 'ex03']): DatabaseView {
  return databaseView(number, members, { sizeBytes: String(gib * GIB) });
}

describe('a plan', () => {
  it('lets all members finish together, at the best possible time, and says what keeps it from being earlier', () => {
    const plan = planOf([900, 500, 400, 300, 300].map((gib, index) => sized(index + 1, gib)));
    expect(plan.finishMs).toBe(1_200_000);
    expect(plan.boundMs).toBe(1_200_000);
    expect(plan.binding.length).toBeGreaterThan(0);
  });

  it('starts the more urgent first on its member, though others are larger', () => {
    const databases = [sized(1, 900, ['ex01']), sized(2, 100, ['ex01']), sized(3, 500, ['ex01'])];
    const orderIn = (request: BackupRequest) => planOf(databases, request).tasks.map(({ task }) => task.databaseName);
    expect(orderIn({})).toEqual(['MBX01', 'MBX03', 'MBX02']);
    expect(orderIn({ databasePriorities: [{ database: 'MBX02', priority: 9 }] })).toEqual(['MBX02', 'MBX01', 'MBX03']);
  });

  it('says whose logs nobody could count, so that their bytes are assumed', () => {
    const chained = (number: number, logBytes: string | null): DatabaseView => {
      const view = databaseView(number, ['ex01', 'ex02'], { lastFullBackupAt: FULL_AT, logBytes });
      return { ...view, copies: view.copies.map((copy) => ({ ...copy, latestFullBackupAt: FULL_AT })) };
    };
    const databases = [chained(1, '5000'), chained(2, null)];
    const warningsOf = (backupType: 'full' | 'incremental') =>
      warningsAbout(planOf(databases, { backupType }), [], worldOf(views, databases), backupType);
    expect(warningsOf('full')).toEqual([]);
    expect(warningsOf('incremental')).toEqual([
      'estimated: nobody could count the logs since the last backup of MBX02; 5 % of the database is assumed',
    ]);
  });

  it('reckons with the limits that members share, and says which of them binds', () => {
    const databases = [sized(1, 300), sized(2, 300), sized(3, 300)];
    const within = (streams: number) => ({
      capacity: () => ({
        bytesPerSecond: GIB,
        streams: 1,
        startGapMs: 0,
        within: [{ name: 'storage server SP1', streams }],
      }),
    });
    expect(planOf(databases, {}, within(2))).toMatchObject({ finishMs: 600_000 });
    const short = planOf(databases, {}, within(1));
    expect(short.finishMs).toBe(900_000);
    expect(short.boundMs).toBeCloseTo(900_000, 0);
    expect(short.binding).toEqual(['the limit of storage server SP1 is used up until the end']);
  });

  it('reckons with what each member can do, and with what it has to do already', () => {
    const twice = planOf(
      [sized(1, 300), sized(2, 300), sized(3, 300)],
      {},
      {
        capacity: (member) => ({ bytesPerSecond: member === 'ex02' ? 2 * GIB : GIB, streams: 1, startGapMs: 0 }),
      },
    );
    expect(twice.tasks.filter(({ outcome }) => outcome.kind === 'placed' && outcome.member === 'ex02')).toHaveLength(2);
    const busy = planOf([sized(1, 300)], {}, { openBytes: (member) => (member === 'ex03' ? 100 * GIB : 0) });
    expect(memberOf(busy, 'MBX01')).toBe('ex02');
  });

  it('reckons for an incremental backup with the logs that are there, and guesses where nobody knows', () => {
    const sizes = (logBytes: string | null) =>
      planOf([databaseView(1, ['ex01', 'ex02'], { sizeBytes: '1000', logBytes, lastFullBackupAt: FULL_AT })], {
        backupType: 'incremental',
        copyPreference: 'activeOnly',
      }).tasks.map(({ task }) => task.sizeBytes);
    expect([sizes('700'), sizes('0'), sizes(null)]).toEqual([[700], [1], [50]]);
    const [full] = planOf([databaseView(1, ['ex01', 'ex02'], { sizeBytes: '1000', logBytes: '700' })]).tasks;
    expect(full?.task.sizeBytes).toBe(1_700);
  });

  it('spares the members that users work on most, among equals', () => {
    const crowd = Array.from({ length: 10 }, (_, index) =>
      databaseView(index + 10, ['ex03', 'ex04'], { kind: 'recovery' }),
    );
    expect(memberOf(planOf([sized(1, 300), ...crowd]), 'MBX01')).toBe('ex02');
  });

  it('takes preferred members among passive copies, and never the active one for their sake', () => {
    expect(memberOf(planOf([sized(1, 300)], { preferMembers: ['ex02'] }), 'MBX01')).toBe('ex02');
    expect(memberOf(planOf([sized(1, 300)], { preferMembers: ['ex01'] }), 'MBX01')).not.toBe('ex01');
  });

  it('gives the second backup a worse tier only where the better one has a single member', () => {
    const plan = planOf([sized(1, 300)], { copiesPerDatabase: 2, preferMembers: ['ex02'] });
    expect([memberOf(plan, 'MBX01', 1), memberOf(plan, 'MBX01', 2)]).toEqual(['ex02', 'ex03']);
  });

  it.each(['site', 'storageServer'] as const)(
    'makes the backups of one database one after the other, by a different %s where asked to',
    (spread) => {
      const database = sized(1, 300, MEMBERS);
      const alike = { site: 'Nord', storageServer: 'SP1' };
      const apart = MEMBERS.map((id, index) =>
        memberView(id.toUpperCase(), index < 2 ? alike : { ...alike, [spread]: 'other' }),
      );
      const plan = planOf([database], { copiesPerDatabase: 2, spread }, { world: worldOf(apart, [database]) });
      const times = plan.tasks.map(({ outcome }) => (outcome.kind === 'placed' ? outcome : null));
      expect(times.map((each) => each?.startMs)).toEqual([0, times[0]?.endMs]);
      expect(new Set(times.map((each) => apart.find(({ id }) => id === each?.member)?.[spread])).size).toBe(2);
      const world = worldOf(
        MEMBERS.map((id) => memberView(id.toUpperCase(), alike)),
        [database],
      );
      expect(makePlan(orderOf({ copiesPerDatabase: 2, spread }, null), contextOf([], { world }), 0)).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining(`with spread ${spread} is more than any selected database has`),
      });
    },
  );

  it('leaves out a passive copy that is too many logs behind, and waits where it is the only one', () => {
    const behind = copyView('ex02', { replayQueueLength: '501' });
    const active = copyView('ex01', { role: 'active', status: 'Mounted' });
    const passiveOnly = { copyPreference: 'passiveOnly' } as const;
    const chosen = planOf(
      [databaseView(1, ['ex01', 'ex02', 'ex03'], { copies: [active, behind, copyView('ex03')] })],
      passiveOnly,
    );
    expect(memberOf(chosen, 'MBX01')).toBe('ex03');
    const [alone] = planOf([databaseView(1, ['ex01', 'ex02'], { copies: [active, behind] })], passiveOnly).tasks;
    expect(alone?.outcome).toMatchObject({ kind: 'waiting', rule: 'replay-queue' });
  });

  it('leaves a recovery database out by its rule, also where no member holds it any more', () => {
    for (const members of [['ex01'], []]) {
      const [only] = planOf([databaseView(1, members, { kind: 'recovery' })]).tasks;
      expect(only?.outcome).toMatchObject({ kind: 'leftOut', rule: 'recovery-database' });
    }
  });

  it('says of each copy why, and what it had to offer', () => {
    const database = databaseView(1, ['ex01', 'ex02', 'ex03'], {
      sizeBytes: String(120 * GIB),
      copies: [
        copyView('ex01', { role: 'active', status: 'Mounted' }),
        copyView('ex02', { replayLagMs: 604_800_000 }),
        copyView('ex03'),
      ],
    });
    const [only] = planOf([database]).tasks;
    if (only?.outcome.kind !== 'placed') throw new Error('not placed');
    expect(only.outcome.decision.summary).toBe(
      'EX03 chosen: passive, Healthy, about 2 min, at once; EX01 not: active, and a passive copy is available; EX02 not: the copy is lagged by 7 days',
    );
    expect(only.outcome.decision.candidates.map(({ score }) => score)).toEqual([
      { tier: 2, startInMs: 0, durationMs: expect.any(Number) },
      null,
      { tier: 1, startInMs: 0, durationMs: 120_000 },
    ]);
  });

  it('is the same whatever the order in which things are told, and never places a backup on a copy that is refused', () => {
    const database = fc.record({
      gib: fc.integer({ min: 1, max: 900 }),
      first: fc.nat(3),
      width: fc.integer({ min: 1, max: 4 }),
      status: fc.constantFrom('Healthy', 'Failed', 'Healthy'),
    } as const);
    fc.assert(
      fc.property(fc.array(database, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 3 }), (drawn, n) => {
        const databases = drawn.map(({ gib, first, width, status }, index) => {
          const held = Array.from({ length: width }, (_, offset) => MEMBERS[(first + offset) % 4] ?? 'ex01');
          const view = sized(index + 1, gib, held);
          return { ...view, copies: view.copies.map((copy, at) => (at === 1 ? { ...copy, status } : copy)) };
        });
        const request = { copiesPerDatabase: n };
        const told = makePlan(orderOf(request, null), contextOf(databases), 0);
        const retold = makePlan(orderOf(request, null), contextOf(databases.toReversed()), 0);
        expect(retold).toEqual(told);
        if (told.kind === 'refused') return;
        const taken = new Map<string, Set<string>>();
        for (const { task, outcome } of told.tasks) {
          if (outcome.kind !== 'placed') continue;
          expect(outcome.decision.candidates.find(({ member }) => member === outcome.member)).toMatchObject({
            eligible: true,
            chosen: true,
          });
          const members = taken.get(task.databaseGuid) ?? new Set();
          expect(members.has(outcome.member)).toBe(false);
          taken.set(task.databaseGuid, members.add(outcome.member));
        }
        expect(oneAtATime(told.tasks)).toBe(true);
        expect(told.boundMs).toBeLessThanOrEqual(told.finishMs);
      }),
      { numRuns: 40 },
    );
  });
});

/** No member and no database does two things at once. */
function oneAtATime(tasks: readonly PlannedTask[]): boolean {
  const placed = tasks.flatMap(({ task, outcome }) => (outcome.kind === 'placed' ? [{ task, ...outcome }] : []));
  return placed.every((a) =>
    placed.every(
      (b) =>
        a === b ||
        (a.member !== b.member && a.task.databaseGuid !== b.task.databaseGuid) ||
        a.endMs <= b.startMs + 1e-6 ||
        b.endMs <= a.startMs + 1e-6,
    ),
  );
}
