import { describe, expect, it } from '@jest/globals';
import { Scenario } from '../testing/scenario.js';
import { FOUR_MEMBERS, SETTINGS, databaseView, worldOf } from '../testing/worlds.js';
import { EMPTY_STATE } from './conductor.state.js';
import { workFigures } from './work-figures.js';
import { EMPTY_WORLD } from './world.js';

const DATABASES = [1, 2, 3].map((index) => databaseView(index, ['ex01', 'ex02']));
const at = <Of>(counts: readonly { readonly of: Of; readonly count: number }[]) =>
  counts.filter(({ count }) => count > 0);

describe('the work in hand, in numbers', () => {
  it('is 0 of everything where there is none', () => {
    const { runs, backupTasks, restoreTasks, alarms } = workFigures(EMPTY_STATE, EMPTY_WORLD, SETTINGS);
    expect(runs.map(({ of }) => `${of.kind} ${of.status}`)).toEqual([
      'backup collecting',
      'backup running',
      'backup cancelling',
      'restore collecting',
      'restore running',
      'restore cancelling',
    ]);
    expect([...at(runs), ...at(backupTasks), ...at(restoreTasks), ...at(alarms)]).toEqual([]);
  });

  it('follows a run: what is sent, what is over, and what waits', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, DATABASES)).planned();
    const figures = () => workFigures(scenario.state, scenario.world, scenario.settings);
    expect(at(figures().runs)).toEqual([{ of: { kind: 'backup', status: 'running' }, count: 1 }]);
    expect(at(figures().backupTasks)).toEqual([
      { of: 'pending', count: 2 },
      { of: 'dispatched', count: 1 },
    ]);
    const [first] = scenario.state.liveByAttempt.values();
    if (!first) throw new Error('nothing was sent');
    scenario.when({ type: 'AttemptStarted', attemptId: first.attemptId, member: first.member });
    expect(at(figures().backupTasks)).toContainEqual({ of: 'running', count: 1 });
    scenario.when({
      type: 'AttemptEnded',
      attemptId: first.attemptId,
      member: first.member,
      outcome: 'succeeded',
      bytes: '1',
    });
    expect(at(figures().backupTasks)).toEqual([
      { of: 'pending', count: 1 },
      { of: 'dispatched', count: 1 },
      { of: 'succeeded', count: 1 },
    ]);
  });

  it('has every member with its limit, and those that are drained', () => {
    const scenario = new Scenario(worldOf(FOUR_MEMBERS, DATABASES)).planned();
    const change = { scope: 'member', name: 'ex02', value: 5 } as const;
    scenario.when({ type: 'LimitsChangeRequested', requestId: 'l', request: { changes: [change] } });
    scenario.when({ type: 'MemberDrainRequested', requestId: 'd', request: { member: 'ex04', reason: 'patches' } });
    const { members, drainedMembers } = workFigures(scenario.state, scenario.world, scenario.settings);
    expect(members.map(({ member, limit }) => [member, limit])).toEqual([
      ['ex01', 1],
      ['ex02', 5],
      ['ex03', 1],
      ['ex04', 1],
    ]);
    expect(members.reduce((sum, { running }) => sum + running, 0)).toBe(scenario.state.liveByAttempt.size);
    expect(drainedMembers).toBe(1);
  });
});
