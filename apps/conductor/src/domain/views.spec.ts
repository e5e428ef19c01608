import { describe, expect, it } from '@jest/globals';
import { RUN_ID, Scenario } from '../testing/scenario.js';
import { databaseView, memberView, worldOf } from '../testing/worlds.js';
import { turnsOf } from './turns.js';
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

  it('names for every waiting task what it waits for: a rule, or its turn behind others of any run', () => {
    const scenario = new Scenario(
      worldOf(
        members,
        [1, 2, 3, 4].map((number) => databaseView(number, ['ex01'])),
      ),
    );
    const second = '22222222-2222-4222-8222-222222222222';
    scenario.planned({ databases: ['MBX01', 'MBX02', 'MBX03'] });
    scenario.nowMs += 5_000;
    scenario.planned({ databases: ['MBX04'] }, second);
    const blocksOf = (runId: string) => {
      const turns = turnsOf(scenario.state, scenario.run(runId), scenario.nowMs);
      return viewOf(scenario.run(runId), [], () => '0', turns).tasks.map(({ blocked }) => blocked);
    };
    const limited = { rule: 'member-limit', reason: '1 of 1 backups at once run on EX01' };
    const queued = { rule: 'member-queue', liftedBy: ['slot:member:ex01'], until: null };
    expect(blocksOf(RUN_ID)).toMatchObject([
      null,
      limited,
      { ...queued, reason: `it waits for its turn on EX01, behind 1; the first waits because ${limited.reason}` },
    ]);
    expect(blocksOf(second)).toMatchObject([
      {
        ...queued,
        reason: `it waits for its turn on EX01, behind 2; the first waits because ${limited.reason}`,
        since: new Date(scenario.nowMs).toISOString(),
      },
    ]);
  });

  it('counts nobody ahead who may not start now', () => {
    const scenario = new Scenario(
      worldOf(
        members,
        [1, 2, 3].map((number) => databaseView(number, ['ex01'])),
      ),
    );
    const second = '22222222-2222-4222-8222-222222222222';
    // 1970-01-01, a Thursday, shortly after midnight.
    const window = { timeZone: 'UTC', periods: [{ days: ['thu' as const], from: '20:00', to: '23:00' }] };
    scenario.planned({ databases: ['MBX01', 'MBX02'], window, deadlineMs: 172_800_000 });
    scenario.planned({ databases: ['MBX03'] }, second);
    expect(turnsOf(scenario.state, scenario.run(), scenario.nowMs).size).toBe(2);
    const [blocked] = viewOf(scenario.run(), [], () => '0').tasks.map((task) => task.blocked?.rule);
    expect(blocked).toBe('window-open');
    scenario.planned({ databases: ['MBX02'] }, '33333333-3333-4333-8333-333333333333');
    const third = scenario.run('33333333-3333-4333-8333-333333333333');
    expect([...turnsOf(scenario.state, third, scenario.nowMs).values()]).toMatchObject([{ ahead: 0 }]);
  });
});
