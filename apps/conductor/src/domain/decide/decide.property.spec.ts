import { failure } from '#contracts';
import { refusalOf } from '#eligibility';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Scenario } from '../../testing/scenario.js';
import { SETTINGS, databaseView, guidOf, memberView, movedTo, worldOf } from '../../testing/worlds.js';
import { EMPTY_STATE } from '../conductor.state.js';
import { evolve } from '../conductor.evolve.js';
import type { LiveAttemptRef } from '../indexes/live-attempts.js';
import type { RunEvent } from '../run.events.js';
import { turnsOf } from '../turns.js';
import { viewOf } from '../views.js';
import { workFigures } from '../work-figures.js';

const MEMBERS = ['EX01', 'EX02', 'EX03', 'EX04'];
const DATABASES = 6;

const step = fc.record({
  kind: fc.constantFrom(
    'succeed',
    'fail',
    'moveEnds',
    'move',
    'silence',
    'return',
    'expire',
    'tick',
    'request',
    'cancel',
    'stop',
    'busy',
    'limit',
    'drain',
    'resume',
  ),
  which: fc.nat(1_000),
  where: fc.nat(1_000),
});
type Step = { readonly kind: string; readonly which: number; readonly where: number };

const siteOf = (member: string): string => (member < 'ex03' ? 'Nord' : 'Sued');

/** What was asked for, kept apart from what the decider makes of it. */
class Asked {
  global: number | null = 3;
  readonly sites = new Map<string, number | null>();
  readonly drained = new Set<string>();
}
const PER_SITE = 2;

/** What must hold after every step, checked by counting events, with nothing of the decider's own indexes. */
class Checker {
  private readonly live = new Map<string, { database: string; member: string }>();

  constructor(
    private readonly scenario: Scenario,
    private readonly asked: Asked,
  ) {}

  see(events: readonly RunEvent[], parallelPerMember: number): void {
    for (const event of events) {
      if (event.type === 'TaskDispatched') this.dispatched(event);
      if (event.type === 'AttemptEnded') expect(this.live.delete(event.attemptId)).toBe(true);
    }
    const databases = [...this.live.values()].map(({ database }) => database);
    expect(new Set(databases).size).toBe(databases.length);
    for (const member of MEMBERS) {
      const busy = [...this.live.values()].filter((attempt) => attempt.member === member.toLowerCase());
      expect(busy.length).toBeLessThanOrEqual(parallelPerMember);
    }
  }

  /** The state rebuilt from history agrees with what was counted. */
  rebuild(): void {
    const refolded = this.scenario.history.reduce(evolve, EMPTY_STATE);
    expect([...refolded.liveByAttempt.keys()].toSorted()).toEqual([...this.live.keys()].toSorted());
  }

  /** What is told in numbers is what looking at each task and attempt shows. */
  figures(): void {
    const { state, world, settings } = this.scenario;
    const { backupTasks, members } = workFigures(state, world, settings);
    const seen = [...state.runs.values()].flatMap(({ tasks }) => [...tasks.values()].map(({ status }) => status));
    const told = backupTasks.flatMap(({ of, count }) => Array.from({ length: count }, () => of));
    expect(told.toSorted()).toEqual(seen.toSorted());
    const atWork = members.flatMap(({ member, running }) => Array.from({ length: running }, () => member));
    expect(atWork.toSorted()).toEqual([...this.live.values()].map(({ member }) => member).toSorted());
  }

  /** Whatever waits says what it waits for. */
  namedWaits(): void {
    const { state, nowMs } = this.scenario;
    for (const run of state.runs.values()) {
      for (const { status, blocked } of viewOf(run, [], () => '0', turnsOf(state, run, nowMs)).tasks)
        expect(status === 'pending').toBe(blocked !== null);
    }
  }

  private dispatched(event: Extract<RunEvent, { type: 'TaskDispatched' }>): void {
    const guid = event.taskId.split('/')[0] ?? '';
    const database = this.scenario.world.databases.get(guid);
    const copy = database?.copies.find(({ member }) => member === event.attempt.member);
    if (!database || !copy) throw new Error(`dispatched to ${event.attempt.member}, which holds no copy of ${guid}`);
    expect(refusalOf({ database, copy, backupType: 'full', queueLimits: SETTINGS.queueLimits })).toBeNull();
    const { member, attemptId } = event.attempt;
    expect(this.scenario.silent.has(member)).toBe(false);
    expect(this.asked.drained.has(member)).toBe(false);
    this.live.set(attemptId, { database: guid, member });
    // A lower limit stops nothing that runs; it counts whenever something starts.
    const site = siteOf(member);
    const inSite = [...this.live.values()].filter((each) => siteOf(each.member) === site).length;
    expect(inSite).toBeLessThanOrEqual(this.asked.sites.get(site) ?? PER_SITE);
    expect(this.live.size).toBeLessThanOrEqual(this.asked.global ?? Number.POSITIVE_INFINITY);
  }
}

function play(scenario: Scenario, asked: Asked, { kind, which, where }: Step, runCount: number): readonly RunEvent[] {
  const live = [...scenario.state.liveByAttempt.values()];
  const attempt = live[which % Math.max(1, live.length)];
  const member = (MEMBERS[where % MEMBERS.length] ?? 'EX01').toLowerCase();
  const database = scenario.world.databases.get(guidOf((which % DATABASES) + 1));
  if (!database) throw new Error('the world lost a database');
  const copy = database.copies[where % database.copies.length];
  switch (kind) {
    case 'succeed':
      return attempt ? end(scenario, attempt, 'succeeded') : [];
    case 'stop':
      return attempt ? end(scenario, attempt, 'stopped') : [];
    case 'fail':
      return attempt ? end(scenario, attempt, 'failed') : [];
    case 'moveEnds': {
      if (!attempt) return [];
      return scenario.when({
        type: 'AttemptEnded',
        ...attempt,
        outcome: 'failed',
        bytes: '0',
        failure: failure('database.moved', 'moved', { retryable: true }),
      });
    }
    case 'move':
      return copy ? scenario.move(movedTo(database, copy.member), copy.member) : [];
    case 'busy':
      scenario.change({ ...database, backupInProgress: where % 2 === 0 });
      return scenario.when({ type: 'DatabaseChanged', databaseGuid: database.guid });
    case 'limit': {
      const value = where % 3 === 0 ? null : (which % 4) + 1;
      const site = which % 2 === 0 ? siteOf(member) : null;
      if (site === null) asked.global = value ?? 3;
      else asked.sites.set(site, value);
      const change =
        site === null ? { scope: 'global' as const, value } : { scope: 'site' as const, name: site, value };
      return scenario.when({ type: 'LimitsChangeRequested', requestId: `${runCount}`, request: { changes: [change] } });
    }
    case 'drain': {
      asked.drained.add(member);
      const request = {
        member,
        reason: 'patches',
        stopRunning: which % 2 === 0,
        ...(which % 3 === 0 ? { deadlineMs: 60_000 } : {}),
      };
      return scenario.when({ type: 'MemberDrainRequested', requestId: `${runCount}`, request });
    }
    case 'resume':
      asked.drained.delete(member);
      return scenario.when({ type: 'MemberResumeRequested', requestId: `${runCount}`, request: { member } });
    case 'silence':
      scenario.silent.add(member);
      return scenario.after(1_000);
    case 'return':
      scenario.silent.delete(member);
      return scenario.when({ type: 'MemberChanged', member });
    case 'expire': {
      const held = live
        .filter((each) => each.member === member && scenario.silent.has(member))
        .map((each) => each.attemptId);
      return held.length > 0 ? scenario.when({ type: 'LeasesExpired', member, attemptIds: held }) : [];
    }
    case 'tick':
      return scenario.after(which * 100);
    case 'request': {
      const runId = `33333333-3333-4333-8333-${String(runCount).padStart(12, '0')}`;
      const events = [
        ...scenario.when({
          type: 'BackupRequested',
          runId,
          requestId: runId,
          request: { copiesPerDatabase: (where % 3) + 1 },
        }),
      ];
      return [...events, ...scenario.when({ type: 'SnapshotCollected', runId, missingMembers: [] })];
    }
    case 'cancel': {
      const run = [...scenario.state.runs.values()][which % Math.max(1, scenario.state.runs.size)];
      return run ? scenario.when({ type: 'CancelRequested', runId: run.runId, requestedBy: null }) : [];
    }
    default:
      throw new Error(`unknown step ${kind}`);
  }
}

function end(
  scenario: Scenario,
  attempt: LiveAttemptRef,
  outcome: 'succeeded' | 'failed' | 'stopped',
): readonly RunEvent[] {
  const { attemptId, member } = attempt;
  const why =
    outcome === 'failed' ? { failure: failure('client.failed', 'tdpexcc ended with 1', { retryable: true }) } : {};
  return scenario.when({ type: 'AttemptEnded', attemptId, member, outcome, bytes: '1', ...why });
}

/** No more faults: everything heals, every attempt succeeds, and time passes. */
function heal(scenario: Scenario, asked: Asked, checker: Checker): void {
  scenario.silent.clear();
  for (const database of scenario.world.databases.values()) scenario.change({ ...database, backupInProgress: false });
  for (const member of asked.drained) {
    asked.drained.delete(member);
    const events = scenario.when({ type: 'MemberResumeRequested', requestId: member, request: { member } });
    checker.see(events, SETTINGS.parallelPerMember);
  }
  checker.see(scenario.when({ type: 'WorldRefreshed' }), SETTINGS.parallelPerMember);
  for (let round = 0; round < 500 && !scenario.state.runs.isEmpty(); round += 1) {
    for (const attempt of scenario.state.liveByAttempt.values()) {
      checker.see(end(scenario, attempt, 'succeeded'), SETTINGS.parallelPerMember);
    }
    checker.see(scenario.after(30_000), SETTINGS.parallelPerMember);
  }
}

describe('whatever happens in whatever order', () => {
  it('one database is backed up once at a time, limits hold, nothing ineligible is sent, and every run ends once faults stop', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lower = MEMBERS.map((name) => name.toLowerCase());
        const databases = Array.from({ length: DATABASES }, (_, index) =>
          databaseView(
            index + 1,
            index === 0 ? ['ex01'] : [0, 1, 2].map((offset) => lower[(index + offset) % lower.length] ?? 'ex01'),
            {
              sizeBytes: String(100 * (index + 1)),
            },
          ),
        );
        const scenario = new Scenario(
          worldOf(
            MEMBERS.map((name) => memberView(name, { site: siteOf(name.toLowerCase()), storageServer: 'SP1' })),
            databases,
          ),
          { ...SETTINGS, parallelInAll: 3, parallelPerSite: PER_SITE },
        );
        const asked = new Asked();
        const checker = new Checker(scenario, asked);
        scenario.planned();
        checker.see(scenario.history, SETTINGS.parallelPerMember);
        for (const [index, each] of steps.entries())
          checker.see(play(scenario, asked, each, index), SETTINGS.parallelPerMember);
        checker.rebuild();
        checker.figures();
        checker.namedWaits();
        heal(scenario, asked, checker);
        checker.rebuild();
        expect([...scenario.state.runs.keys()]).toEqual([]);
        for (const run of scenario.runs.values()) {
          expect(run.exitCode).not.toBeNull();
          for (const task of run.tasks.values())
            expect(['succeeded', 'failed', 'skipped', 'cancelled']).toContain(task.status);
          for (const task of run.tasks.values()) expect(task.reason).not.toBe('');
        }
        expect(scenario.state.liveByAttempt.size).toBe(0);
        expect(scenario.state.used.size + scenario.state.blockedBy.size + scenario.state.wakeAtMs.size).toBe(0);
        for (const load of scenario.state.loads.values()) expect(load).toMatchObject({ liveAttempts: 0, openBytes: 0 });
      }),
      { numRuns: 150 },
    );
  });
});
