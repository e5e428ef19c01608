import { failure } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { Scenario } from '../../testing/scenario.js';
import { FOUR_MEMBERS, SETTINGS, databaseView, worldOf } from '../../testing/worlds.js';

describe('Exchange’s lock', () => {
  it('holds over runs: two runs never back up one database at once', () => {
    const second = '22222222-2222-4222-8222-222222222222';
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02', 'ex03'])]))
      .planned()
      .planned({}, second);
    expect(scenario.state.liveByDatabase.size).toBe(1);
    expect(scenario.of('TaskDispatched')).toHaveLength(1);
    scenario.succeed('MBX01');
    expect(scenario.live('MBX01', second)).toBeDefined();
  });

  it('of somebody else is waited for', () => {
    const busy = databaseView(1, ['ex01', 'ex02'], { backupInProgress: true });
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [busy])).planned();
    expect(scenario.task('MBX01')).toMatchObject({ status: 'pending', member: null });
    scenario.change({ ...busy, backupInProgress: false });
    scenario.when({ type: 'DatabaseChanged', databaseGuid: busy.guid });
    expect(scenario.live('MBX01').member).toBe('ex02');
  });

  it('that no run accounts for is named as such', () => {
    const busy = databaseView(1, ['ex01', 'ex02'], { backupInProgress: true });
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [busy])).planned();
    scenario.after(1_000);
    expect(scenario.task('MBX01').reason).toContain(
      'waits: Exchange still says that a backup of MBX01 is in progress, and no attempt of a run in hand accounts for it',
    );
  });

  describe('left behind by a lost agent', () => {
    const database = databaseView(1, ['ex01', 'ex02', 'ex03']);

    /** The agent is lost while its backup client lives on. */
    function orphaned(): Scenario {
      const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database]));
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
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, [database])).planned();
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
