import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DatabaseView } from '#contracts';
import { SETTINGS, copyView, databaseView, memberView, worldOf } from '../testing/worlds.js';
import type { PlacementContext, PlacementQuestion } from './candidates.js';
import { place } from './place.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const members = ['EX01', 'EX02', 'EX03'].map((name) => memberView(name));

function question(database: DatabaseView, changes: Partial<PlacementQuestion> = {}): PlacementQuestion {
  return {
    database,
    bytes: 400,
    backupType: 'full',
    copyPreference: 'preferPassive',
    excludeMembers: new Set(),
    preferMembers: new Set(),
    takenMembers: new Set(),
    spread: 'member',
    copyNumber: 1,
    failedMembers: new Set(),
    followActive: false,
    ...changes,
  };
}

function context(
  database: DatabaseView,
  openBytes: Readonly<Record<string, number>> = {},
  silent: readonly string[] = [],
): PlacementContext {
  return {
    world: worldOf(members, [database]),
    isAlive: (member) => !silent.includes(member),
    openBytes: (member) => openBytes[member] ?? 0,
    capacity: () => ({ bytesPerSecond: 10, streams: 1, startGapMs: 0 }),
    observationMaxAgeMs: 300_000,
    queueLimits: SETTINGS.queueLimits,
    drainOf: () => undefined,
  };
}

describe('placing one task', () => {
  it.each(['site', 'storageServer'] as const)(
    'keeps away from a member with the %s of another backup of the database, where asked to',
    (spread) => {
      const database = databaseView(1, ['ex01', 'ex02', 'ex03']);
      const apart = ['EX01', 'EX02', 'EX03'].map((name) => memberView(name, { [spread]: name === 'EX01' ? 'A' : 'B' }));
      const at = { ...context(database), world: worldOf(apart, [database]) };
      const takenMembers = new Set(['ex02']);
      expect(place(question(database, { takenMembers }), at)).toMatchObject({ kind: 'placed', member: 'ex03' });
      expect(place(question(database, { takenMembers, spread }), at)).toMatchObject({ kind: 'placed', member: 'ex01' });
    },
  );

  it('chooses the passive copy and says in words why, and why none of the others', () => {
    const database = databaseView(1, ['ex01', 'ex02', 'ex03'], {
      copies: [
        copyView('ex01', { role: 'active', status: 'Mounted' }),
        copyView('ex02', { replayLagMs: 7 * DAY_MS }),
        copyView('ex03'),
      ],
    });
    const placement = place(question(database), context(database));
    expect(placement).toMatchObject({ kind: 'placed', member: 'ex03' });
    expect(placement.decision.summary).toBe(
      'EX03 chosen: passive, Healthy, about 40 s, at once; EX01 not: active, and a passive copy is available; EX02 not: the copy is lagged by 7 days',
    );
  });

  it.each([
    ['a lag that is not known', copyView('ex02', { replayLagMs: null }), 'not-lagged'],
    ['a copy that is not Healthy', copyView('ex02', { status: 'FailedAndSuspended' }), 'copy-status'],
    ['a seeding source', copyView('ex02', { status: 'SeedingSource' }), 'copy-status'],
    ['an old observation', copyView('ex02', { ageMs: 300_001 }), 'observation-fresh'],
  ])('refuses %s and falls back to the active copy', (_, copy, rule) => {
    const database = databaseView(1, ['ex01', 'ex02'], {
      copies: [copyView('ex01', { role: 'active', status: 'Mounted' }), copy],
    });
    const placement = place(question(database), context(database));
    expect(placement).toMatchObject({ kind: 'placed', member: 'ex01' });
    expect(placement.decision.candidates.find(({ member }) => member === 'ex02')).toMatchObject({
      eligible: false,
      rule,
    });
  });

  it('puts the least loaded member first, then the copy least likely to be activated', () => {
    const database = databaseView(1, ['ex01', 'ex02', 'ex03']);
    expect(place(question(database), context(database, { ex03: 10 }))).toMatchObject({ member: 'ex02' });
    expect(place(question(database), context(database))).toMatchObject({ member: 'ex03' });
  });

  it('takes a member that failed the task only if there is no other', () => {
    const database = databaseView(1, ['ex01', 'ex02', 'ex03']);
    expect(place(question(database, { failedMembers: new Set(['ex03']) }), context(database))).toMatchObject({
      member: 'ex02',
    });
    expect(
      place(question(database, { failedMembers: new Set(['ex01', 'ex02', 'ex03']) }), context(database)),
    ).toMatchObject({ kind: 'placed' });
  });

  it('follows the active copy when asked to, even past a passive one', () => {
    const database = databaseView(1, ['ex01', 'ex02']);
    expect(place(question(database, { followActive: true }), context(database))).toMatchObject({ member: 'ex01' });
  });

  it.each([
    ['passiveOnly', ['ex02', 'ex03']],
    ['activeOnly', ['ex01']],
  ] as const)('takes %s copies where the request says so', (copyPreference, allowed) => {
    const database = databaseView(1, ['ex01', 'ex02', 'ex03']);
    const { decision } = place(question(database, { copyPreference }), context(database));
    const eligible = decision.candidates.filter((candidate) => candidate.eligible).map(({ member }) => member);
    expect(eligible).toEqual([...allowed]);
  });

  it('waits for a silent agent and gives up on what no change can lift', () => {
    const alone = databaseView(1, ['ex01']);
    expect(place(question(alone), context(alone, {}, ['ex01']))).toMatchObject({ kind: 'waiting' });
    const circular = databaseView(1, ['ex01'], { circularLogging: true });
    expect(place(question(circular, { backupType: 'incremental' }), context(circular))).toMatchObject({
      kind: 'impossible',
      rule: 'circular-logging',
    });
  });

  it('gives the same answer whatever the order of the copies', () => {
    const database = databaseView(1, ['ex01', 'ex02', 'ex03']);
    const open = fc.record({ ex01: fc.nat(3), ex02: fc.nat(3), ex03: fc.nat(3) });
    fc.assert(
      fc.property(fc.shuffledSubarray([...database.copies], { minLength: 3 }), open, (copies, loads) => {
        const shuffled = place(question({ ...database, copies }), context(database, loads));
        const straight = place(question(database), context(database, loads));
        expect(shuffled).toMatchObject({
          kind: 'placed',
          ...(straight.kind === 'placed' ? { member: straight.member } : {}),
        });
      }),
    );
  });
});
