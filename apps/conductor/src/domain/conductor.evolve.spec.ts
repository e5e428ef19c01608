import { failure } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { RUN_ID, Scenario } from '../testing/scenario.js';
import { SETTINGS, databaseView, guidOf, memberView, worldOf } from '../testing/worlds.js';
import { replay } from './conductor.evolve.js';

const SECOND_RUN_ID = '22222222-2222-4222-8222-222222222222';
const retryable = failure('client.failed', 'the client ended with 402', { retryable: true });

/** Two runs want the same database: the first one's attempt fails, the second one's too, and the first is at work again. */
function takenInTurns(names: readonly string[]): Scenario {
  const database = databaseView(
    1,
    names.map((name) => name.toLowerCase()),
  );
  const world = worldOf(
    names.map((name) => memberView(name)),
    [database],
  );
  const scenario = new Scenario(world).planned().planned({}, SECOND_RUN_ID);
  scenario.nowMs += 1_000;
  scenario.fail('MBX01', retryable);
  scenario.nowMs += 1_000;
  scenario.fail('MBX01', retryable, SECOND_RUN_ID);
  scenario.after(SETTINGS.backoffMs);
  return scenario;
}

/** As the store gives them: run by run, each in its own order. */
function runByRun({ history }: Scenario): typeof history {
  return [RUN_ID, SECOND_RUN_ID].flatMap((runId) => history.filter((event) => event.runId === runId));
}

describe('the conductor after a restart, with runs that overlapped', () => {
  it('does not send a database to a second member while another run backs it up (simulation seed 1660)', () => {
    const scenario = takenInTurns(['EX01', 'EX02']);
    const { attemptId } = scenario.live('MBX01');
    const state = replay(runByRun(scenario));
    expect(state.liveByDatabase.get(guidOf(1))?.attemptId).toBe(attemptId);
    expect(state.liveByDatabase.toJS()).toEqual(scenario.state.liveByDatabase.toJS());
  });

  it('keeps the gap between two starts on a member, whichever run had the last one (simulation seed 1238)', () => {
    const scenario = takenInTurns(['EX01']);
    expect(replay(runByRun(scenario)).loads.toJS()).toEqual(scenario.state.loads.toJS());
  });
});
