import { describe, expect, it } from '@jest/globals';
import { RUN_ID, Scenario } from '../../testing/scenario.js';
import { FOUR_MEMBERS, SETTINGS, copyView, databaseView, memberView, worldOf } from '../../testing/worlds.js';

describe('a backup run', () => {
  it('backs up the passive copy, completes, and is green', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02'])])).planned();
    expect(scenario.task('MBX01')).toMatchObject({ status: 'dispatched', member: 'ex02' });
    const { attemptId, member } = scenario.live('MBX01');
    scenario.when({ type: 'AttemptAccepted', attemptId, member });
    scenario.when({ type: 'AttemptStarted', attemptId, member });
    expect(scenario.task('MBX01').status).toBe('running');
    scenario.succeed('MBX01');
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 0 });
    expect(scenario.state.runs.isEmpty()).toBe(true);
  });

  it('leaves a recovery database out, says so, and stays green', () => {
    const recovery = databaseView(2, ['ex01'], { kind: 'recovery', name: 'RDB1' });
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02']), recovery])).planned();
    scenario.succeed('MBX01');
    expect(scenario.task('RDB1')).toMatchObject({ status: 'skipped', rule: 'recovery-database' });
    expect(scenario.run().exitCode).toBe(0);
  });

  it('exits 4 when the request itself excludes the only member of a database', () => {
    const databases = [databaseView(1, ['ex01', 'ex02']), databaseView(2, ['ex03'])];
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, databases)).planned({ excludeMembers: ['ex03'] });
    scenario.succeed('MBX01');
    expect(scenario.task('MBX02')).toMatchObject({ status: 'skipped', rule: 'member-excluded' });
    expect(scenario.run().exitCode).toBe(4);
  });

  it('fails a database that no member with a client holds', () => {
    const bare = memberView('EX05', {
      client: { installed: null, version: null },
      agent: { state: 'never', version: null, reportAgeMs: null },
    });
    const scenario = new Scenario(worldOf([...FOUR_MEMBERS, bare], [databaseView(1, ['ex05'])])).planned();
    expect(scenario.task('MBX01')).toMatchObject({ status: 'failed', rule: 'client-installed' });
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 12 });
  });

  it.each([
    [{ databases: ['MBX1'] }, 'there is no database "MBX1"; the nearest known name is "MBX01"'],
    [{ dags: ['dag2'] }, 'there is no DAG "dag2"; the nearest known name is "dag1"'],
    [{ excludeMembers: ['ex09'] }, 'there is no member "ex09"; the nearest known name is "ex01"'],
  ])('refuses unknown names in %j with the nearest known one, exit 2', (request, reason) => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02'])])).planned(request);
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 2, reason });
  });

  it('refuses a request that contradicts itself before it asks anybody', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, []));
    scenario.when({
      type: 'BackupRequested',
      runId: RUN_ID,
      requestId: 'r',
      request: { copyPreference: 'activeOnly', copiesPerDatabase: 2 },
    });
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 2 });
    expect(scenario.run().reason).toContain('contradicts');
  });

  it('is refused with 12 when the inventory gives no snapshot', () => {
    const scenario = new Scenario(worldOf([], []));
    scenario.when({ type: 'BackupRequested', runId: RUN_ID, requestId: 'r', request: {} });
    scenario.when({ type: 'SnapshotUnavailable', runId: RUN_ID, reason: 'no answer' });
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 12, reason: 'no answer' });
  });

  it('balances by bytes and never exceeds the limit of a member', () => {
    const sizes = [900, 500, 400, 300, 300];
    const databases = sizes.map((size, index) =>
      databaseView(index + 1, ['ex01', 'ex02', 'ex03'], { sizeBytes: String(size) }),
    );
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, databases)).planned();
    const bytes = { ex02: 0, ex03: 0 } as Record<string, number>;
    for (const { member, task } of scenario.of('TaskPlanned')) bytes[member] = (bytes[member] ?? 0) + task.sizeBytes;
    expect(bytes).toEqual({ ex02: 1200, ex03: 1200 });
    expect(scenario.of('TaskDispatched')).toHaveLength(2);
  });
});

describe('copies per database', () => {
  it('backs up n passive copies, one after the other, on different members', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02', 'ex03'])])).planned({
      copiesPerDatabase: 2,
    });
    expect(scenario.of('TaskDispatched')).toHaveLength(1);
    scenario.succeed('MBX01');
    expect(scenario.of('TaskDispatched')).toHaveLength(2);
    scenario.succeed('MBX01');
    expect(new Set(scenario.of('TaskDispatched').map(({ attempt }) => attempt.member))).toEqual(
      new Set(['ex02', 'ex03']),
    );
    expect(scenario.run().exitCode).toBe(0);
  });

  it('spreads them over sites where asked to, and says which site is missing', () => {
    const inSites = [
      memberView('EX01', { site: 'Nord' }),
      memberView('EX02', { site: 'Nord' }),
      memberView('EX03', { site: 'Nord' }),
      memberView('EX04', { site: 'Sued' }),
    ];
    const databases = [databaseView(1, ['ex01', 'ex02', 'ex03', 'ex04']), databaseView(2, ['ex01', 'ex02', 'ex03'])];
    const scenario = new Scenario(worldOf(inSites, databases)).planned({ copiesPerDatabase: 2, spread: 'site' });
    for (const name of ['MBX01', 'MBX02', 'MBX01']) scenario.succeed(name);
    const sites = scenario
      .of('TaskDispatched')
      .filter(({ taskId }) => taskId.startsWith(databases[0]?.guid ?? '-'))
      .map(({ attempt }) => inSites.find(({ id }) => id === attempt.member)?.site);
    expect(new Set(sites)).toEqual(new Set(['Nord', 'Sued']));
    expect(scenario.task('MBX02', 2)).toMatchObject({ status: 'skipped', rule: 'not-enough-copies' });
    expect(scenario.task('MBX02', 2).reason).toContain('shares site Nord with EX02');
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 8 });
  });

  it('warns with 8 when there are fewer passive copies than wanted', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02'])])).planned({
      copiesPerDatabase: 2,
    });
    scenario.succeed('MBX01');
    expect(scenario.task('MBX01', 2)).toMatchObject({ status: 'skipped', rule: 'not-enough-copies' });
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 8 });
  });
});

describe('what became ineligible since the plan', () => {
  it('is not sent: the task goes to another copy', () => {
    const databases = [
      databaseView(1, ['ex01', 'ex02', 'ex03'], { sizeBytes: '5000' }),
      databaseView(2, ['ex01', 'ex02'], { sizeBytes: '10' }),
      databaseView(3, ['ex01', 'ex02'], { sizeBytes: '1000' }),
    ];
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, databases)).planned();
    const queued = scenario.run().tasks.find((task) => task.status === 'pending' && task.member === 'ex02');
    if (!queued) throw new Error('the plan queues nothing on ex02');
    const database = scenario.world.databases.get(queued.databaseGuid);
    if (!database) throw new Error('unknown database');
    scenario.change({
      ...database,
      copies: database.copies.map((copy) => (copy.member === 'ex02' ? copyView('ex02', { status: 'Failed' }) : copy)),
    });
    const running = scenario.run().tasks.find((task) => task.status === 'dispatched' && task.member === 'ex02');
    scenario.succeed(running?.databaseName ?? '');
    expect(scenario.task(queued.databaseName).attempts.map((attempt) => attempt.member)).toEqual(['ex01']);
  });
});

describe('the end of a run before its work is done', () => {
  const databases = [databaseView(1, ['ex01', 'ex02']), databaseView(2, ['ex01', 'ex02'])];

  it('by cancel: what is queued ends at once, what runs when its agent says so', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, databases)).planned();
    scenario.when({ type: 'CancelRequested', runId: RUN_ID, requestedBy: 'ann' });
    expect(scenario.run().tally.cancelled).toBe(1);
    expect(scenario.run().status).toBe('cancelling');
    const running = scenario.run().tasks.find((task) => task.status === 'dispatched')?.databaseName ?? '';
    scenario.when({ type: 'AttemptEnded', ...scenario.live(running), outcome: 'stopped', bytes: '0' });
    expect(scenario.run()).toMatchObject({ status: 'cancelled', exitCode: 130 });
  });

  it('by deadline: what is missing is named and failed', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, databases)).planned({ deadlineMs: 60_000 });
    scenario.after(60_000);
    const running = scenario.run().tasks.find((task) => task.status === 'dispatched')?.databaseName ?? '';
    scenario.when({
      type: 'LeasesExpired',
      member: scenario.live(running).member,
      attemptIds: [scenario.live(running).attemptId],
    });
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 12 });
    expect(scenario.run().reason).toBe('the deadline passed; 0 succeeded, 2 failed: MBX01, MBX02');
    expect(scenario.task('MBX02').reason).toContain('deadline');
  });

  it('by cancel while still collecting', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, databases));
    scenario.when({ type: 'BackupRequested', runId: RUN_ID, requestId: 'r', request: {} });
    scenario.when({ type: 'CancelRequested', runId: RUN_ID, requestedBy: null });
    expect(scenario.run()).toMatchObject({ status: 'cancelled', exitCode: 130 });
    expect(scenario.when({ type: 'SnapshotCollected', runId: RUN_ID, missingMembers: [] })).toEqual([]);
  });
});

describe('limits', () => {
  it('keep starts on one member apart', () => {
    const databases = [databaseView(1, ['ex01', 'ex02']), databaseView(2, ['ex01', 'ex02'])];
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, databases), {
      ...SETTINGS,
      parallelPerMember: 2,
      startGapMs: 30_000,
    }).planned({ copyPreference: 'passiveOnly', onFailover: 'bestCopy' });
    expect(scenario.of('TaskDispatched')).toHaveLength(1);
    scenario.after(29_999);
    expect(scenario.of('TaskDispatched')).toHaveLength(1);
    scenario.after(1);
    expect(scenario.of('TaskDispatched')).toHaveLength(2);
  });
});
