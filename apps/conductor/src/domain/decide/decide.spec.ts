import { failure } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { RUN_ID, Scenario } from '../../testing/scenario.js';
import { SETTINGS, copyView, databaseView, memberView, movedTo, worldOf } from '../../testing/worlds.js';

const members = ['EX01', 'EX02', 'EX03', 'EX04'].map((name) => memberView(name));
const engineFailure = failure('client.failed', 'tdpexcc ended with 1', { retryable: true });

describe('a backup run', () => {
  it('backs up the passive copy, completes, and is green', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02'])])).planned();
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
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02']), recovery])).planned();
    scenario.succeed('MBX01');
    expect(scenario.task('RDB1')).toMatchObject({ status: 'skipped', rule: 'recovery-database' });
    expect(scenario.run().exitCode).toBe(0);
  });

  it('exits 4 when the request itself excludes the only member of a database', () => {
    const databases = [databaseView(1, ['ex01', 'ex02']), databaseView(2, ['ex03'])];
    const scenario = new Scenario(worldOf(members, databases)).planned({ excludeMembers: ['ex03'] });
    scenario.succeed('MBX01');
    expect(scenario.task('MBX02')).toMatchObject({ status: 'skipped', rule: 'member-excluded' });
    expect(scenario.run().exitCode).toBe(4);
  });

  it('fails a database that no member with a client holds', () => {
    const bare = memberView('EX05', {
      client: { installed: null, version: null },
      agent: { state: 'never', version: null, reportAgeMs: null },
    });
    const scenario = new Scenario(worldOf([...members, bare], [databaseView(1, ['ex05'])])).planned();
    expect(scenario.task('MBX01')).toMatchObject({ status: 'failed', rule: 'client-installed' });
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 12 });
  });

  it.each([
    [{ databases: ['MBX1'] }, 'there is no database "MBX1"; the nearest known name is "MBX01"'],
    [{ dags: ['dag2'] }, 'there is no DAG "dag2"; the nearest known name is "dag1"'],
    [{ excludeMembers: ['ex09'] }, 'there is no member "ex09"; the nearest known name is "ex01"'],
  ])('refuses unknown names in %j with the nearest known one, exit 2', (request, reason) => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02'])])).planned(request);
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 2, reason });
  });

  it('refuses a request that contradicts itself before it asks anybody', () => {
    const scenario = new Scenario(worldOf(members, []));
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
    const scenario = new Scenario(worldOf(members, databases)).planned();
    const bytes = { ex02: 0, ex03: 0 } as Record<string, number>;
    for (const { member, task } of scenario.of('TaskPlanned')) bytes[member] = (bytes[member] ?? 0) + task.sizeBytes;
    expect(bytes).toEqual({ ex02: 1200, ex03: 1200 });
    expect(scenario.of('TaskDispatched')).toHaveLength(2);
  });
});

describe('copies per database', () => {
  it('backs up n passive copies, one after the other, on different members', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02', 'ex03'])])).planned({
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
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02'])])).planned({
      copiesPerDatabase: 2,
    });
    scenario.succeed('MBX01');
    expect(scenario.task('MBX01', 2)).toMatchObject({ status: 'skipped', rule: 'not-enough-copies' });
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 8 });
  });
});

describe('failover of a database that is being backed up', () => {
  const database = databaseView(1, ['ex01', 'ex02', 'ex03']);

  it('stops the attempt, waits for its end, and goes on where the database is active now', () => {
    const scenario = new Scenario(worldOf(members, [database])).planned();
    const first = scenario.live('MBX01');
    scenario.move(movedTo(database, 'ex02'), 'ex02');
    expect(scenario.of('AttemptSuperseded')).toMatchObject([{ attemptId: first.attemptId, because: 'failover' }]);
    expect(scenario.of('TaskDispatched')).toHaveLength(1);
    scenario.when({ type: 'AttemptEnded', ...first, outcome: 'stopped', bytes: '10' });
    expect(scenario.of('TaskDispatched').at(-1)?.attempt).toMatchObject({
      number: 2,
      member: 'ex02',
      role: 'active',
      reason: 'failover',
    });
    scenario.succeed('MBX01');
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 0, tally: { failovers: 1 } });
  });

  it('goes on when the attempt ends before the move is known, and does not stop the new attempt when it becomes known', () => {
    const scenario = new Scenario(worldOf(members, [database])).planned();
    scenario.change(movedTo(database, 'ex03'));
    scenario.fail('MBX01', failure('database.moved', 'moved', { retryable: true }));
    expect(scenario.live('MBX01').member).toBe('ex03');
    scenario.move(movedTo(database, 'ex03'), 'ex03');
    expect(scenario.of('AttemptSuperseded')).toHaveLength(0);
    expect(scenario.of('TaskDispatched')).toHaveLength(2);
  });

  it('waits while the database is mounted nowhere and goes on when it is', () => {
    const scenario = new Scenario(worldOf(members, [database])).planned();
    scenario.change({ ...database, mounted: false });
    scenario.fail('MBX01', failure('database.moved', 'moved', { retryable: true }));
    expect(scenario.task('MBX01')).toMatchObject({ status: 'pending', member: null });
    scenario.move(movedTo(database, 'ex02'), 'ex02');
    expect(scenario.live('MBX01').member).toBe('ex02');
    expect(scenario.task('MBX01').attempts.at(-1)?.reason).toBe('failover');
  });

  it('takes the best copy instead where the request says so', () => {
    const scenario = new Scenario(worldOf(members, [database])).planned({ onFailover: 'bestCopy' });
    scenario.move(movedTo(database, 'ex02'), 'ex02');
    scenario.when({ type: 'AttemptEnded', ...scenario.live('MBX01'), outcome: 'stopped', bytes: '0' });
    expect(scenario.task('MBX01').attempts.at(-1)).toMatchObject({ role: 'passive' });
  });

  it('accepts the success of an attempt that ended before the stop reached it', () => {
    const scenario = new Scenario(worldOf(members, [database])).planned();
    scenario.move(movedTo(database, 'ex02'), 'ex02');
    scenario.succeed('MBX01');
    expect(scenario.run().status).toBe('completed');
  });
});

describe('a lost agent', () => {
  const database = databaseView(1, ['ex01', 'ex02', 'ex03']);

  it('has its work done elsewhere, and its late report changes nothing', () => {
    const scenario = new Scenario(worldOf(members, [database])).planned();
    const lost = scenario.live('MBX01');
    scenario.silent.add(lost.member);
    scenario.when({ type: 'LeasesExpired', member: lost.member, attemptIds: [lost.attemptId] });
    const next = scenario.live('MBX01');
    expect(next.member).not.toBe(lost.member);
    expect(scenario.task('MBX01').attempts.at(-1)?.reason).toBe('agentLoss');
    expect(scenario.when({ type: 'AttemptEnded', ...lost, outcome: 'succeeded', bytes: '1000' })).toEqual([]);
    expect(scenario.live('MBX01')).toEqual(next);
    scenario.succeed('MBX01');
    expect(scenario.run().tally).toMatchObject({ agentsLost: 1, reroutes: 1 });
  });

  it('cannot be spoken for by another member', () => {
    const scenario = new Scenario(worldOf(members, [database])).planned();
    const { attemptId, member } = scenario.live('MBX01');
    const other = member === 'ex01' ? 'ex02' : 'ex01';
    expect(scenario.when({ type: 'AttemptEnded', attemptId, member: other, outcome: 'succeeded', bytes: '1' })).toEqual(
      [],
    );
    expect(scenario.task('MBX01').status).toBe('dispatched');
  });

  it('is waited for, within a limit, by a database that only its member holds', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01'])])).planned();
    const lost = scenario.live('MBX01');
    scenario.silent.add('ex01');
    scenario.when({ type: 'LeasesExpired', member: 'ex01', attemptIds: [lost.attemptId] });
    expect(scenario.task('MBX01')).toMatchObject({ status: 'pending', member: null });
    const told = scenario.of('TaskDeferred').length;
    scenario.after(SETTINGS.backoffMaxMs);
    expect(
      scenario
        .of('TaskDeferred')
        .slice(told)
        .every(({ isRepeated }) => isRepeated),
    ).toBe(true);
    scenario.silent.delete('ex01');
    scenario.when({ type: 'MemberChanged', member: 'ex01' });
    expect(scenario.of('TaskDispatched').at(-1)?.attempt.reasonText).toBe(
      'the agent of EX01 was not heard until its lease ran out; goes on at EX01 (now active)',
    );
    scenario.succeed('MBX01');
    expect(scenario.run().status).toBe('completed');
  });

  it('fails the database in words when the limit has passed', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01'])])).planned();
    const lost = scenario.live('MBX01');
    scenario.silent.add('ex01');
    scenario.when({ type: 'LeasesExpired', member: 'ex01', attemptIds: [lost.attemptId] });
    for (let minute = 0; minute < 12; minute += 1) scenario.after(60_000);
    expect(scenario.task('MBX01')).toMatchObject({ status: 'failed' });
    expect(scenario.task('MBX01').reason).toMatch(/waited \d+ s in vain: EX01 not: its agent is silent/);
    expect(scenario.run().exitCode).toBe(12);
  });

  it('gives up its queue to the others when it falls silent', () => {
    const databases = [1, 2, 3, 4].map((number) => databaseView(number, ['ex01', 'ex02', 'ex03']));
    const scenario = new Scenario(worldOf(members, databases)).planned();
    scenario.silent.add('ex03');
    scenario.after(1_000);
    const waitingOn3 = scenario.run().tasks.filter((task) => task.status === 'pending' && task.member === 'ex03');
    expect(waitingOn3.size).toBe(0);
  });
});

describe('an order that is not taken up', () => {
  it.each(['CommandUnroutable', 'AttemptNotGranted'] as const)(
    'is withdrawn after %s and goes to another member',
    (type) => {
      const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02', 'ex03'])])).planned();
      const first = scenario.live('MBX01');
      scenario.when({ type, attemptId: first.attemptId });
      expect(scenario.task('MBX01').attempts[0]).toMatchObject({ outcome: 'withdrawn' });
      expect(scenario.live('MBX01').member).not.toBe(first.member);
    },
  );
});

describe('an order that nobody can take', () => {
  it('is not sent again in a hot loop: each further try waits longer', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01'])])).planned();
    scenario.when({ type: 'CommandUnroutable', attemptId: scenario.live('MBX01').attemptId });
    scenario.when({ type: 'CommandUnroutable', attemptId: scenario.live('MBX01').attemptId });
    expect(scenario.task('MBX01')).toMatchObject({ status: 'pending', member: null });
    scenario.after(SETTINGS.backoffMs - 1);
    expect(scenario.of('TaskDispatched')).toHaveLength(2);
    scenario.after(1);
    expect(scenario.of('TaskDispatched')).toHaveLength(3);
  });
});

describe('failures of the backup client', () => {
  it('are tried again after a wait, on another member first, and bounded', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02', 'ex03'])])).planned();
    const tried: string[] = [];
    for (let turn = 0; turn <= SETTINGS.retryLimit; turn += 1) {
      tried.push(scenario.live('MBX01').member);
      scenario.fail('MBX01', engineFailure);
      if (turn < SETTINGS.retryLimit) {
        expect(scenario.task('MBX01').status).toBe('pending');
        scenario.after(60_000);
      }
    }
    expect(tried[0]).not.toBe(tried[1]);
    expect(scenario.task('MBX01')).toMatchObject({ status: 'failed' });
    expect(scenario.task('MBX01').reason).toContain('tried 3 times');
  });

  it('that cannot be retried fail the task at once and leave the rest alone', () => {
    const scenario = new Scenario(
      worldOf(members, [databaseView(1, ['ex01', 'ex02']), databaseView(2, ['ex03', 'ex04'])]),
    ).planned();
    scenario.fail('MBX01', failure('client.license', 'no licence', { retryable: false }));
    scenario.succeed('MBX02');
    expect(scenario.run()).toMatchObject({ status: 'completedWithErrors', exitCode: 12 });
  });

  it('end in failure when refused again and again', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01'])]), {
      ...SETTINGS,
      attemptLimit: 4,
    }).planned();
    const refusal = failure('host.unavailable', 'no Exchange shell', { retryable: true });
    for (let turn = 0; turn < 4; turn += 1) {
      scenario.when({
        type: 'AttemptEnded',
        ...scenario.live('MBX01'),
        outcome: 'refused',
        bytes: '0',
        failure: refusal,
      });
      scenario.after(60_000);
    }
    expect(scenario.task('MBX01').reason).toContain('given up after 4 attempts');
  });
});

describe('Exchange’s lock', () => {
  it('holds over runs: two runs never back up one database at once', () => {
    const second = '22222222-2222-4222-8222-222222222222';
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02', 'ex03'])]))
      .planned()
      .planned({}, second);
    expect(scenario.state.liveByDatabase.size).toBe(1);
    expect(scenario.of('TaskDispatched')).toHaveLength(1);
    scenario.succeed('MBX01');
    expect(scenario.live('MBX01', second)).toBeDefined();
  });

  it('of somebody else is waited for', () => {
    const busy = databaseView(1, ['ex01', 'ex02'], { backupInProgress: true });
    const scenario = new Scenario(worldOf(members, [busy])).planned();
    expect(scenario.task('MBX01')).toMatchObject({ status: 'pending', member: null });
    scenario.change({ ...busy, backupInProgress: false });
    scenario.when({ type: 'DatabaseChanged', databaseGuid: busy.guid });
    expect(scenario.live('MBX01').member).toBe('ex02');
  });

  it('that no run accounts for is named as such', () => {
    const busy = databaseView(1, ['ex01', 'ex02'], { backupInProgress: true });
    const scenario = new Scenario(worldOf(members, [busy])).planned();
    scenario.after(1_000);
    expect(scenario.task('MBX01').reason).toContain(
      'waits: Exchange still says that a backup of MBX01 is in progress, and no attempt of a run in hand accounts for it',
    );
  });

  describe('left behind by a lost agent', () => {
    const database = databaseView(1, ['ex01', 'ex02', 'ex03']);

    /** The agent is lost while its backup client lives on. */
    function orphaned(): Scenario {
      const scenario = new Scenario(worldOf(members, [database]));
      scenario.nowMs = Date.UTC(2026, 0, 1, 22, 30);
      const lost = scenario.planned().live('MBX01');
      scenario.when({ type: 'AttemptStarted', ...lost });
      scenario.change({ ...database, backupInProgress: true });
      scenario.silent.add(lost.member);
      scenario.nowMs += SETTINGS.leaseMs + SETTINGS.leaseMarginMs;
      scenario.when({ type: 'LeasesExpired', member: lost.member, attemptIds: [lost.attemptId] });
      return scenario;
    }

    it('is named, with who and since when, and not overruled', () => {
      const scenario = orphaned();
      expect(scenario.task('MBX01')).toMatchObject({ status: 'pending', member: null });
      expect(scenario.task('MBX01').reason).toContain(
        'waits: Exchange still says that a backup of MBX01 is in progress: probably attempt 1 on EX03, ' +
          'begun 2026-01-01T22:30:00.000Z, whose agent was lost',
      );
      expect(scenario.of('TaskDispatched')).toHaveLength(1);
    });

    it('lets the work go on elsewhere as soon as it is released', () => {
      const scenario = orphaned();
      scenario.change(database);
      scenario.when({ type: 'DatabaseChanged', databaseGuid: database.guid });
      expect(scenario.live('MBX01').member).toBe('ex02');
    });

    it('is reported, by the same name, when the limit of the wait has passed', () => {
      const scenario = orphaned();
      for (let waitedMs = 0; waitedMs <= SETTINGS.waitLimitMs; waitedMs += SETTINGS.backoffMaxMs)
        scenario.after(SETTINGS.backoffMaxMs);
      expect(scenario.task('MBX01')).toMatchObject({ status: 'failed' });
      expect(scenario.task('MBX01').reason).toMatch(
        /^waited 600 s in vain: Exchange still says .* attempt 1 on EX03, begun 2026-01-01T22:30:00\.000Z, whose agent was lost/,
      );
      expect(scenario.run().exitCode).toBe(12);
    });
  });

  it('that a killed client left behind is named too', () => {
    const database = databaseView(1, ['ex01', 'ex02']);
    const scenario = new Scenario(worldOf(members, [database])).planned();
    scenario.when({ type: 'AttemptStarted', ...scenario.live('MBX01') });
    scenario.change({ ...database, backupInProgress: true });
    scenario.fail(
      'MBX01',
      failure('client.failed', 'the client was ended by a signal', { retryable: true, details: { released: false } }),
    );
    scenario.after(SETTINGS.backoffMs);
    expect(scenario.task('MBX01').reason).toMatch(
      /attempt 1 on EX02, begun .* ended as failed and left the lock behind/,
    );
  });
});

describe('what became ineligible since the plan', () => {
  it('is not sent: the task goes to another copy', () => {
    const databases = [
      databaseView(1, ['ex01', 'ex02', 'ex03'], { sizeBytes: '5000' }),
      databaseView(2, ['ex01', 'ex02'], { sizeBytes: '10' }),
      databaseView(3, ['ex01', 'ex02'], { sizeBytes: '1000' }),
    ];
    const scenario = new Scenario(worldOf(members, databases)).planned();
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
    const scenario = new Scenario(worldOf(members, databases)).planned();
    scenario.when({ type: 'CancelRequested', runId: RUN_ID, requestedBy: 'ann' });
    expect(scenario.run().tally.cancelled).toBe(1);
    expect(scenario.run().status).toBe('cancelling');
    const running = scenario.run().tasks.find((task) => task.status === 'dispatched')?.databaseName ?? '';
    scenario.when({ type: 'AttemptEnded', ...scenario.live(running), outcome: 'stopped', bytes: '0' });
    expect(scenario.run()).toMatchObject({ status: 'cancelled', exitCode: 130 });
  });

  it('by deadline: what is missing is named and failed', () => {
    const scenario = new Scenario(worldOf(members, databases)).planned({ deadlineMs: 60_000 });
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
    const scenario = new Scenario(worldOf(members, databases));
    scenario.when({ type: 'BackupRequested', runId: RUN_ID, requestId: 'r', request: {} });
    scenario.when({ type: 'CancelRequested', runId: RUN_ID, requestedBy: null });
    expect(scenario.run()).toMatchObject({ status: 'cancelled', exitCode: 130 });
    expect(scenario.when({ type: 'SnapshotCollected', runId: RUN_ID, missingMembers: [] })).toEqual([]);
  });
});

describe('limits', () => {
  it('keep starts on one member apart', () => {
    const databases = [databaseView(1, ['ex01', 'ex02']), databaseView(2, ['ex01', 'ex02'])];
    const scenario = new Scenario(worldOf(members, databases), {
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
