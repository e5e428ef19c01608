import { describe, expect, it } from '@jest/globals';
import { Scenario } from '../../testing/scenario.js';
import { FOUR_MEMBERS, SETTINGS, databaseView, worldOf } from '../../testing/worlds.js';

describe('a lost agent', () => {
  const database = databaseView(1, ['ex01', 'ex02', 'ex03']);

  it('has its work done elsewhere, and its late report changes nothing', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database])).planned();
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
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database])).planned();
    const { attemptId, member } = scenario.live('MBX01');
    const other = member === 'ex01' ? 'ex02' : 'ex01';
    expect(scenario.when({ type: 'AttemptEnded', attemptId, member: other, outcome: 'succeeded', bytes: '1' })).toEqual(
      [],
    );
    expect(scenario.task('MBX01').status).toBe('dispatched');
  });

  it('is waited for, within a limit, by a database that only its member holds', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01'])])).planned();
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
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01'])])).planned();
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
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, databases)).planned();
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
      const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02', 'ex03'])])).planned();
      const first = scenario.live('MBX01');
      scenario.when({ type, attemptId: first.attemptId });
      expect(scenario.task('MBX01').attempts[0]).toMatchObject({ outcome: 'withdrawn' });
      expect(scenario.live('MBX01').member).not.toBe(first.member);
    },
  );
});

describe('an order that nobody can take', () => {
  it('is not sent again in a hot loop: each further try waits longer', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01'])])).planned();
    scenario.when({ type: 'CommandUnroutable', attemptId: scenario.live('MBX01').attemptId });
    scenario.when({ type: 'CommandUnroutable', attemptId: scenario.live('MBX01').attemptId });
    expect(scenario.task('MBX01')).toMatchObject({ status: 'pending', member: null });
    scenario.after(SETTINGS.backoffMs - 1);
    expect(scenario.of('TaskDispatched')).toHaveLength(2);
    scenario.after(1);
    expect(scenario.of('TaskDispatched')).toHaveLength(3);
  });
});
