import { failure } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { Scenario } from '../../testing/scenario.js';
import { FOUR_MEMBERS, databaseView, movedTo, worldOf } from '../../testing/worlds.js';

describe('failover of a database that is being backed up', () => {
  const database = databaseView(1, ['ex01', 'ex02', 'ex03']);

  it('stops the attempt, waits for its end, and goes on where the database is active now', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database])).planned();
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
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database])).planned();
    scenario.change(movedTo(database, 'ex03'));
    scenario.fail('MBX01', failure('database.moved', 'moved', { retryable: true }));
    expect(scenario.live('MBX01').member).toBe('ex03');
    scenario.move(movedTo(database, 'ex03'), 'ex03');
    expect(scenario.of('AttemptSuperseded')).toHaveLength(0);
    expect(scenario.of('TaskDispatched')).toHaveLength(2);
  });

  it('waits while the database is mounted nowhere and goes on when it is', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database])).planned();
    scenario.change({ ...database, mounted: false });
    scenario.fail('MBX01', failure('database.moved', 'moved', { retryable: true }));
    expect(scenario.task('MBX01')).toMatchObject({ status: 'pending', member: null });
    scenario.move(movedTo(database, 'ex02'), 'ex02');
    expect(scenario.live('MBX01').member).toBe('ex02');
    expect(scenario.task('MBX01').attempts.at(-1)?.reason).toBe('failover');
  });

  it('takes the best copy instead where the request says so', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database])).planned({ onFailover: 'bestCopy' });
    scenario.move(movedTo(database, 'ex02'), 'ex02');
    scenario.when({ type: 'AttemptEnded', ...scenario.live('MBX01'), outcome: 'stopped', bytes: '0' });
    expect(scenario.task('MBX01').attempts.at(-1)).toMatchObject({ role: 'passive' });
  });

  it('accepts the success of an attempt that ended before the stop reached it', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database])).planned();
    scenario.move(movedTo(database, 'ex02'), 'ex02');
    scenario.succeed('MBX01');
    expect(scenario.run().status).toBe('completed');
  });
});
