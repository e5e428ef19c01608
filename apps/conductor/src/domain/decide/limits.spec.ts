import { describe, expect, it } from '@jest/globals';
import { RUN_ID, Scenario } from '../../testing/scenario.js';
import { SETTINGS, copyView, databaseView, guidOf, memberView, worldOf } from '../../testing/worlds.js';
import type { Settings } from '../settings.js';

const SECOND = '22222222-2222-4222-8222-222222222222';
const MEMBERS = ['EX01', 'EX02', 'EX03', 'EX04'];

/** One stand-alone database on each of four members, two in each site, all with one storage server. */
function four(settings: Partial<Settings> = {}, each = 1): Scenario {
  const members = MEMBERS.map((name, index) =>
    memberView(name, { site: index < 2 ? 'Nord' : 'Sued', storageServer: 'SP1' }),
  );
  const databases = MEMBERS.flatMap((name, index) =>
    Array.from({ length: each }, (_, nth) => databaseView(index * each + nth + 1, [name.toLowerCase()])),
  );
  return new Scenario(worldOf(members, databases), { ...SETTINGS, ...settings });
}

function busy(scenario: Scenario): readonly string[] {
  return [...scenario.state.liveByAttempt.values()].map(({ member }) => member).toSorted();
}

function blocks(scenario: Scenario): readonly (string | undefined)[] {
  return [...scenario.run().tasks.values()]
    .filter(({ status }) => status === 'pending')
    .map(({ blocked }) => blocked?.rule);
}

function setLimit(
  scenario: Scenario,
  change: { scope: 'global' | 'site' | 'member' | 'startGap'; name?: string; value: number | null },
) {
  return scenario.when({
    type: 'LimitsChangeRequested',
    requestId: `change-${scenario.nowMs}`,
    request: { requestedBy: 'operator', changes: [change] },
  });
}

describe('limits', () => {
  it.each([
    ['global-limit', { parallelInAll: 1 }, 1],
    ['site-limit', { parallelPerSite: 1 }, 2],
    ['dag-limit', { parallelPerDag: 3 }, 3],
    ['storage-server-limit', { parallelPerStorageServer: 2 }, 2],
  ] as const)('%s: no more start than it allows, and each end lets the next one go', (rule, settings, allowed) => {
    const scenario = four(settings).planned();
    expect(busy(scenario)).toHaveLength(allowed);
    expect(new Set(blocks(scenario))).toEqual(new Set([rule]));
    const [first] = scenario.state.liveByAttempt.values();
    const name = scenario.run().tasks.get(first?.taskId ?? '')?.databaseName ?? '';
    scenario.succeed(name);
    expect(busy(scenario)).toHaveLength(Math.min(allowed, 3));
    expect(busy(scenario)).not.toContain(rule === 'site-limit' ? '' : first?.member);
  });

  it('volume-limit: copies on one volume go one after the other, one on another volume passes', () => {
    const on = (number: number, volume: string | null) =>
      databaseView(number, ['ex01'], {
        copies: [copyView('ex01', { role: 'active', status: 'Mounted', volume })],
        sizeBytes: String(9_000 - number),
      });
    const world = worldOf([memberView('EX01')], [on(1, 'V1'), on(2, 'V1'), on(3, 'V2'), on(4, null), on(5, null)]);
    const scenario = new Scenario(world, { ...SETTINGS, parallelPerMember: 9 }).planned();
    expect(scenario.task('MBX02').blocked?.rule).toBe('volume-limit');
    expect(busy(scenario)).toHaveLength(4);
    scenario.succeed('MBX01');
    expect(scenario.live('MBX02')).toBeDefined();
  });

  it('say what blocks, since when, and what would lift it; a higher limit wakes what waits for it', () => {
    const scenario = four({ parallelPerSite: 1 }).planned();
    expect(scenario.task('MBX02').blocked).toEqual({
      rule: 'site-limit',
      reason: '1 of 1 backups at once run in the site Nord',
      sinceMs: scenario.nowMs,
      liftedBy: ['slot:site:Nord'],
      wakeAtMs: null,
    });
    scenario.nowMs += 5_000;
    setLimit(scenario, { scope: 'site', name: 'Nord', value: 2 });
    expect(busy(scenario)).toEqual(['ex01', 'ex02', 'ex03']);
    expect(scenario.task('MBX04').blocked?.rule).toBe('site-limit');
  });

  it('a lower limit stops nothing that runs, and nothing new starts until there is room', () => {
    const scenario = four({}, 2).planned();
    expect(busy(scenario)).toHaveLength(4);
    setLimit(scenario, { scope: 'global', value: 2 });
    expect(busy(scenario)).toHaveLength(4);
    scenario.succeed('MBX01');
    scenario.succeed('MBX03');
    expect(busy(scenario)).toHaveLength(2);
    scenario.succeed('MBX05');
    expect(busy(scenario)).toHaveLength(2);
  });

  it('are kept when the conductor starts again', () => {
    const scenario = four({}, 2).planned();
    setLimit(scenario, { scope: 'global', value: 1 });
    expect(scenario.state.maintenance.limits.get('global')?.value).toBe(1);
    setLimit(scenario, { scope: 'global', value: null });
    expect(scenario.state.maintenance.limits.size).toBe(0);
  });

  it('that cannot be are refused with every clause named, and nothing changes', () => {
    const scenario = four();
    scenario.when({
      type: 'LimitsChangeRequested',
      requestId: 'bad',
      request: {
        changes: [
          { scope: 'site', value: 0 },
          { scope: 'member', name: 'EX99', value: 2 },
          { scope: 'global', name: 'all', value: 2 },
          { scope: 'dag', value: 2 },
          { scope: 'dag', value: 3 },
        ],
      },
    });
    const answer = scenario.state.maintenance.answers.at(-1);
    expect(answer).toMatchObject({ requestId: 'bad', accepted: false });
    expect(answer?.notes.map((note) => note.split(':')[0])).toEqual([
      'changes[0].value',
      'changes[1].name',
      'changes[2].name',
      'changes',
    ]);
    expect(scenario.state.maintenance.limits.size).toBe(0);
  });
});

describe('a drained member', () => {
  const two = (changes = {}) =>
    worldOf(
      [memberView('EX01'), memberView('EX02')],
      [databaseView(1, ['ex01', 'ex02'], changes), databaseView(2, ['ex02'])],
    );
  const drain = (scenario: Scenario, more = {}) =>
    scenario.when({
      type: 'MemberDrainRequested',
      requestId: 'drain',
      request: { member: 'ex02', reason: 'patch day', ...more },
    });

  it('gets no new work: what can goes elsewhere, what cannot waits for its return as long as the run lasts', () => {
    const scenario = new Scenario(two());
    drain(scenario);
    scenario.planned();
    expect(scenario.live('MBX01').member).toBe('ex01');
    scenario.after(250);
    expect(scenario.task('MBX02').blocked).toMatchObject({ rule: 'member-drained', wakeAtMs: null });
    scenario.after(SETTINGS.waitLimitMs + 1_000);
    expect(scenario.task('MBX02').status).toBe('pending');
    scenario.when({ type: 'MemberResumeRequested', requestId: 'resume', request: { member: 'ex02' } });
    expect(scenario.live('MBX02').member).toBe('ex02');
  });

  it('lets what runs finish, unless it is to stop at the deadline: then it goes on elsewhere', () => {
    const scenario = new Scenario(two()).planned();
    expect(scenario.live('MBX01').member).toBe('ex02');
    drain(scenario, { deadlineMs: 60_000, stopRunning: true });
    expect(scenario.of('AttemptSuperseded')).toEqual([]);
    scenario.after(60_000);
    expect(scenario.of('AttemptSuperseded')).toMatchObject([{ because: 'drain' }]);
    const { attemptId, member } = scenario.live('MBX01');
    scenario.when({ type: 'AttemptEnded', attemptId, member, outcome: 'stopped', bytes: '0' });
    expect(scenario.live('MBX01').member).toBe('ex01');
    expect(scenario.task('MBX01').attempts.at(-1)?.reason).toBe('stopped');
    expect(scenario.after(1_000).filter(({ type }) => type === 'AttemptSuperseded')).toEqual([]);
  });

  it('must be one that exists, and one that is resumed must be drained', () => {
    const scenario = new Scenario(two());
    scenario.when({ type: 'MemberDrainRequested', requestId: 'a', request: { member: 'ex22', reason: 'x' } });
    scenario.when({ type: 'MemberResumeRequested', requestId: 'b', request: { member: 'ex01' } });
    expect(scenario.state.maintenance.answers.map(({ accepted }) => accepted)).toEqual([false, false]);
    expect(scenario.state.maintenance.answers[0]?.notes[0]).toContain('nearest known name is "ex02"');
  });
});

describe('the window of a run', () => {
  const window = {
    timeZone: 'Europe/Berlin',
    periods: [{ days: ['thu' as const], from: '22:00', to: '06:00', latestStart: '04:00' }],
  };
  /** 2026-01-01 is a Thursday; 20:30 in Berlin. */
  const evening = Date.UTC(2026, 0, 1, 19, 30);
  const until = (scenario: Scenario, utc: number) => scenario.after(utc - scenario.nowMs);

  function given(whenClosed: 'finish' | 'stop'): Scenario {
    const scenario = four({ parallelInAll: 1 });
    scenario.nowMs = evening;
    return scenario.planned({ window: { ...window, whenClosed }, deadlineMs: 24 * 3_600_000 });
  }

  it('lets nothing start before it opens and after the latest start', () => {
    const scenario = given('finish');
    expect(busy(scenario)).toEqual([]);
    until(scenario, Date.UTC(2026, 0, 1, 21, 0));
    expect(busy(scenario)).toHaveLength(1);
    until(scenario, Date.UTC(2026, 0, 2, 3, 0));
    const name = scenario.run().tasks.find(({ status }) => status === 'dispatched')?.databaseName ?? '';
    scenario.succeed(name);
    expect(busy(scenario)).toEqual([]);
  });

  it('lets nothing start once it is over, though no tick has come since', () => {
    const scenario = given('finish');
    until(scenario, Date.UTC(2026, 0, 1, 21, 0));
    scenario.nowMs = Date.UTC(2026, 0, 2, 5, 0);
    const name = scenario.run().tasks.find(({ status }) => status === 'dispatched')?.databaseName ?? '';
    scenario.succeed(name);
    expect(busy(scenario)).toEqual([]);
  });

  it.each(['finish', 'stop'] as const)('does with what still runs as asked: %s', (whenClosed) => {
    const scenario = given(whenClosed);
    until(scenario, Date.UTC(2026, 0, 1, 21, 0));
    until(scenario, Date.UTC(2026, 0, 2, 5, 0));
    expect(scenario.of('AttemptSuperseded').map(({ because }) => because)).toEqual(
      whenClosed === 'stop' ? ['window'] : [],
    );
  });

  it('that cannot be is refused with every clause', () => {
    const scenario = four();
    scenario.planned({
      window: { timeZone: 'Mars/Olympus', periods: [{ days: ['mon'], from: '10:00', to: '10:00' }] },
    });
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 2 });
    expect(scenario.run().reason).toMatch(/window\.timeZone.*window\.periods\[0\]/);
  });
});

describe('priorities', () => {
  it('let the later but more urgent run go first, and of one run the more urgent databases', () => {
    const scenario = four({}, 4).planned();
    scenario.planned({ priority: 9, databases: ['MBX04'] }, SECOND);
    scenario.succeed('MBX01');
    expect([...scenario.state.liveByAttempt.values()].find(({ member }) => member === 'ex01')).toMatchObject({
      runId: SECOND,
      databaseGuid: guidOf(4),
    });
  });

  it('do not starve: what waited longer than the steps between them are worth goes first', () => {
    const scenario = four({}, 4).planned({ priority: 1, deadlineMs: 24 * 3_600_000 });
    scenario.nowMs += 8 * 15 * 60_000 - 600_000;
    scenario.when({ type: 'Tick' });
    scenario.planned({ priority: 9, databases: ['MBX04'], deadlineMs: 24 * 3_600_000 }, SECOND);
    const third = '33333333-3333-4333-8333-333333333333';
    expect(scenario.runs.has(RUN_ID)).toBe(true);
    scenario.nowMs += 601_000;
    scenario.planned({ priority: 9, databases: ['MBX03'] }, third);
    scenario.succeed('MBX01');
    expect([...scenario.state.liveByAttempt.values()].find(({ member }) => member === 'ex01')?.runId).toBe(SECOND);
    scenario.succeed('MBX04', SECOND);
    expect([...scenario.state.liveByAttempt.values()].find(({ member }) => member === 'ex01')?.runId).toBe(RUN_ID);
  });
});
