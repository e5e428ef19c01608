import { describe, expect, it } from '@jest/globals';
import { RUN_ID, Scenario } from '../testing/scenario.js';
import { databaseView, memberView, worldOf } from '../testing/worlds.js';
import { viewOf } from './views.js';

const members = ['EX01', 'EX02'].map((name) => memberView(name));
const databases = [1, 2, 3].map((number) => databaseView(number, ['ex01', 'ex02']));

describe('the view of a run', () => {
  it('says when the plan expects the end, and when the best possible plan would end', () => {
    const scenario = new Scenario(worldOf(members, databases)).planned();
    const run = scenario.runs.get(RUN_ID);
    if (!run?.estimate) throw new Error('the run was not planned');
    const view = viewOf(run, [], () => '0');
    expect(Date.parse(view.expectedFinishAt ?? '')).toBe(scenario.nowMs + Math.ceil(run.estimate.finishMs));
    expect(Date.parse(view.bestFinishAt ?? '')).toBe(scenario.nowMs + Math.floor(run.estimate.boundMs));
    expect(Date.parse(view.expectedFinishAt ?? '')).toBeGreaterThan(scenario.nowMs);
  });

  it('says nothing of an end before there is a plan', () => {
    const scenario = new Scenario(worldOf(members, databases));
    scenario.when({ type: 'BackupRequested', runId: RUN_ID, requestId: 'r', request: {} });
    const run = scenario.runs.get(RUN_ID);
    expect(run && viewOf(run, [], () => '0')).not.toHaveProperty('expectedFinishAt');
  });
});
