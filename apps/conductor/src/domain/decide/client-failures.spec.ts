import { failure } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { Scenario } from '../../testing/scenario.js';
import { CLIENT_FAILED, FOUR_MEMBERS, SETTINGS, databaseView, worldOf } from '../../testing/worlds.js';

describe('failures of the backup client', () => {
  it('are tried again after a wait, on another member first, and bounded', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02', 'ex03'])])).planned();
    const tried: string[] = [];
    for (let turn = 0; turn <= SETTINGS.retryLimit; turn += 1) {
      tried.push(scenario.live('MBX01').member);
      scenario.fail('MBX01', CLIENT_FAILED);
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
      worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02']), databaseView(2, ['ex03', 'ex04'])]),
    ).planned();
    scenario.fail('MBX01', failure('client.license', 'no licence', { retryable: false }));
    scenario.succeed('MBX02');
    expect(scenario.run()).toMatchObject({ status: 'completedWithErrors', exitCode: 12 });
  });

  it('end in failure when refused again and again', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01'])]), {
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
