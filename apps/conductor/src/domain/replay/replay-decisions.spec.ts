import { failure } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Scenario } from '../../testing/scenario.js';
import { SETTINGS, databaseView, memberView, movedTo, worldOf } from '../../testing/worlds.js';
import type { RunEvent } from '../run.events.js';
import { replayDecisions } from './replay-decisions.js';

const MEMBERS = ['ex01', 'ex02', 'ex03', 'ex04'] as const;
const NOW_MS = Date.parse('2026-01-31T22:00:00Z');

/** As they come back from the store. */
function stored(scenario: Scenario): readonly RunEvent[] {
  return JSON.parse(JSON.stringify(scenario.history)) as readonly RunEvent[];
}

function kinds(scenario: Scenario): readonly string[] {
  return [...replayDecisions(stored(scenario))].map(([event, { kind }]) => `${event.type} ${kind}`);
}

const database = fc.record({
  bytes: fc.integer({ min: 1, max: 1_000_000_000 }),
  first: fc.nat(3),
  width: fc.integer({ min: 1, max: 4 }),
  status: fc.constantFrom('Healthy', 'Failed'),
  fullAt: fc.constantFrom(null, '2026-01-31T20:00:00Z'),
} as const);

const step = fc.record({
  kind: fc.constantFrom(
    'succeed',
    'fail',
    'lose',
    'move',
    'silence',
    'return',
    'suspend',
    'circle',
    'drain',
    'tick',
    'request',
  ),
  which: fc.nat(100),
} as const);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function given(drawn: readonly (typeof database extends fc.Arbitrary<infer Value> ? Value : never)[]): Scenario {
  const views = drawn.map(({ bytes, first, width, status, fullAt }, index) => {
    const held = Array.from({ length: width }, (_, offset) => MEMBERS[(first + offset) % 4] ?? 'ex01');
    const view = databaseView(index + 1, held, { sizeBytes: String(bytes), lastFullBackupAt: fullAt });
    return { ...view, copies: view.copies.map((copy, at) => (at === 1 ? { ...copy, status } : copy)) };
  });
  const members = MEMBERS.map((name, index) =>
    memberView(name.toUpperCase(), { site: index < 2 ? 'Nord' : 'Sued', storageServer: index === 3 ? null : 'SP1' }),
  );
  const scenario = new Scenario(worldOf(members, views), { ...SETTINGS, retryLimit: 1 });
  scenario.nowMs = NOW_MS;
  return scenario;
}

function runIdOf(number: number): string {
  return `33333333-3333-4333-8333-${String(number).padStart(12, '0')}`;
}

const healthy = (width: number) => ({ bytes: 1_000, first: 0, width, status: 'Healthy', fullAt: null }) as const;

function play(scenario: Scenario, { kind, which }: Step): void {
  const live = [...scenario.state.liveByAttempt.values()];
  const attempt = live[which % Math.max(1, live.length)];
  const member = MEMBERS[which % MEMBERS.length] ?? 'ex01';
  const databases = [...scenario.world.databases.values()];
  const view = databases[which % databases.length];
  switch (kind) {
    case 'succeed':
      if (attempt) scenario.when({ type: 'AttemptEnded', ...attempt, outcome: 'succeeded', bytes: '1' });
      return;
    case 'fail': {
      const cause = failure('client.failed', 'tdpexcc ended with 1', { retryable: true, retryAfterMs: which % 2 });
      if (attempt) scenario.when({ type: 'AttemptEnded', ...attempt, outcome: 'failed', bytes: '0', failure: cause });
      return;
    }
    case 'lose':
      if (attempt) {
        scenario.silent.add(attempt.member);
        scenario.when({ type: 'LeasesExpired', member: attempt.member, attemptIds: [attempt.attemptId] });
      }
      return;
    case 'move': {
      const copy = view?.copies[which % view.copies.length];
      if (!view || !copy) return;
      scenario.move(movedTo(view, copy.member), copy.member);
      const broken = live.find(({ databaseGuid }) => databaseGuid === view.guid);
      if (broken) scenario.when({ type: 'AttemptEnded', ...broken, outcome: 'stopped', bytes: '0' });
      return;
    }
    case 'silence':
      scenario.silent.add(member);
      scenario.after(1_000);
      return;
    case 'return':
      scenario.silent.delete(member);
      scenario.when({ type: 'MemberChanged', member });
      return;
    case 'suspend':
      if (!view) return;
      scenario.change({ ...view, copies: view.copies.map((copy) => ({ ...copy, status: 'Suspended' })) });
      scenario.when({ type: 'DatabaseChanged', databaseGuid: view.guid });
      return;
    case 'circle':
      if (!view) return;
      scenario.change({ ...view, circularLogging: true });
      scenario.when({ type: 'DatabaseChanged', databaseGuid: view.guid });
      return;
    case 'drain':
      scenario.when({
        type: 'MemberDrainRequested',
        requestId: `drain-${which}`,
        request: { member, reason: 'patches', stopRunning: true },
      });
      return;
    case 'request':
      scenario.planned({ copiesPerDatabase: (which % 2) + 1, priority: (which % 9) + 1 }, runIdOf(scenario.runs.size));
      return;
    case 'tick':
      scenario.after(which * 1_000);
      return;
    default: {
      const unknown: never = kind;
      throw new Error(`unknown step ${String(unknown)}`);
    }
  }
}

describe('stored decisions made again', () => {
  it('are the same, whatever happened to the run: its plan, each re-route, each wait, each end for want of a copy', () => {
    fc.assert(
      fc.property(
        fc.array(database, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(
          {},
          { copiesPerDatabase: 2 },
          { copiesPerDatabase: 2, spread: 'storageServer' as const },
          { preferMembers: ['ex02'], onFailover: 'bestCopy' as const },
          { minIntervalMs: 14_400_000 },
          { backupType: 'incremental' as const, onFailover: 'bestCopy' as const },
        ),
        fc.constantFrom(null, 1, 2),
        fc.array(step, { maxLength: 20 }),
        (drawn, request, sitesMay, steps) => {
          const scenario = given(drawn);
          scenario.when({
            type: 'LimitsChangeRequested',
            requestId: 'limits',
            request: { changes: [{ scope: 'site', value: sitesMay }] },
          });
          const names = [...scenario.world.databases.values()].slice(0, 6).map(({ name }) => name);
          scenario.planned({ databases: names, ...request });
          for (const each of steps) play(scenario, each);
          const history = stored(scenario);
          for (const [runId, run] of scenario.runs) {
            const replays = replayDecisions(history.filter((event) => event.runId === runId));
            expect(replays.size > 0).toBe(run.plannedAtMs !== null);
            for (const replay of replays.values()) expect(replay).toEqual({ kind: 'same' });
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are a wait for the only copy, and an end because no copy will do any more', () => {
    const only = given([healthy(1)]).planned();
    play(only, { kind: 'lose', which: 0 });
    expect(kinds(only)).toEqual(['TaskPlanned same', 'RunPlanned same', 'TaskDeferred same']);
    const chained = given([{ ...healthy(2), fullAt: '2026-01-31T20:00:00Z' }]);
    for (const view of chained.world.databases.values())
      chained.change({
        ...view,
        copies: view.copies.map((copy) => ({ ...copy, latestFullBackupAt: view.lastFullBackupAt })),
      });
    chained.planned({ backupType: 'incremental' });
    play(chained, { kind: 'circle', which: 0 });
    play(chained, { kind: 'fail', which: 0 });
    expect(kinds(chained)).toEqual(['TaskPlanned same', 'RunPlanned same', 'TaskCompleted same']);
  });

  it('say where they come out differently, when something that was looked at was otherwise', () => {
    const scenario = given([healthy(3)]).planned();
    scenario.when({
      type: 'MemberDrainRequested',
      requestId: 'drain',
      request: { member: scenario.live('MBX01').member, reason: 'patches', stopRunning: true },
    });
    const { attemptId, member } = scenario.live('MBX01');
    scenario.when({ type: 'AttemptEnded', attemptId, member, outcome: 'stopped', bytes: '0' });
    expect(kinds(scenario)).toEqual(['TaskPlanned same', 'RunPlanned same', 'TaskReassigned same']);
    const history = stored(scenario).map((event) =>
      event.type === 'TaskReassigned' && event.inputs
        ? {
            ...event,
            inputs: { ...event.inputs, members: event.inputs.members.map((each) => ({ ...each, isAlive: false })) },
          }
        : event,
    );
    const [, , reassigned] = [...replayDecisions(history).values()];
    expect(reassigned).toMatchObject({ kind: 'different' });
    if (reassigned?.kind === 'different')
      expect(reassigned.differences.slice(0, 2)).toEqual([
        'kind: "placed", now "waiting"',
        `member: "${scenario.live('MBX01').member}", now nothing`,
      ]);
  });

  it('say that a plan is refused now, or has other backups', () => {
    const scenario = given([healthy(1), { ...healthy(1), first: 1, bytes: 2_000 }]).planned();
    const withDatabases = (keep: (number: number) => boolean) =>
      stored(scenario).map((event) =>
        event.type === 'RunPlanned' && event.inputs
          ? { ...event, inputs: { ...event.inputs, databases: event.inputs.databases.filter((_, at) => keep(at)) } }
          : event,
      );
    const without = [...replayDecisions(withDatabases((at) => at === 0)).values()];
    expect(without.map(({ kind }) => kind)).toEqual(['different', 'same', 'different']);
    for (const replay of replayDecisions(withDatabases(() => false)).values())
      expect(replay).toEqual({
        kind: 'different',
        differences: ['the request is refused now: the inventory knows no database'],
      });
  });

  it('that were made before their inputs were stored say so', () => {
    const scenario = given([healthy(3)]).planned();
    const old = stored(scenario).map((event) =>
      event.type === 'RunPlanned' || event.type === 'TaskReassigned' ? { ...event, inputs: null } : event,
    );
    expect([...replayDecisions(old).values()]).toEqual([{ kind: 'notStored' }, { kind: 'notStored' }]);
  });
});
