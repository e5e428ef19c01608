import { describe, expect, it } from '@jest/globals';
import { Metrics, Role } from '#service';
import { workFigures } from '../domain/work-figures.js';
import { Scenario } from '../testing/scenario.js';
import { FOUR_MEMBERS, SETTINGS, databaseView, worldOf } from '../testing/worlds.js';
import { conductorChecks, conductorMetrics, type ActingConductor } from './conductor.metrics.js';
import { ConductorCounts } from './counts.js';

const broker = {
  figures: () => ({
    connections: [],
    blockedBecause: undefined,
    publishing: { routed: 0, unroutable: 0, failed: 0, nacks: 0, inFlight: 0, waiting: 0 },
    queues: [],
  }),
};

function watchedWith(acting: ActingConductor | undefined) {
  let nowMs = 0;
  const counts = new ConductorCounts(() => nowMs);
  const storage = { role: new Role(), backlog: async () => ({ unsent: 0, oldestAtMs: null }) };
  const watched = { broker, storage, counts, acting: () => acting };
  const unread: string[] = [];
  const metrics = new Metrics((metric) => unread.push(metric));
  conductorMetrics(metrics, watched);
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { counts, watched, unread, pass, text: () => metrics.render() };
}

describe('what a conductor tells of itself', () => {
  it('is its work, its limits and its alarms while it acts', async () => {
    const { state, world } = new Scenario(worldOf(FOUR_MEMBERS, [databaseView(1, ['ex01', 'ex02'])])).planned();
    const { text, counts, unread, pass } = watchedWith({
      work: () => workFigures(state, world, SETTINGS),
      inputsWaiting: () => 4,
      pictureAgeMs: () => 2_500,
    });
    counts.leases(3, 1);
    const isOver = counts.deciding(2);
    pass(30);
    isOver();
    const told = await text();
    for (const line of [
      'dag_runs{kind="backup",status="running"} 1',
      'dag_runs{kind="restore",status="running"} 0',
      'dag_tasks{kind="backup",status="dispatched"} 1',
      'dag_tasks{kind="restore",status="waiting"} 0',
      'dag_member_work{member="ex02"} 1',
      'dag_member_work_limit{member="ex02"} 1',
      'dag_members_drained 0',
      'dag_alarms{kind="attention"} 0',
      'dag_inventory_picture_age_seconds 2.5',
      'dag_inputs_waiting 4',
      'dag_inputs_decided_total 2',
      'dag_leases_total{verdict="granted"} 3',
      'dag_leases_total{verdict="refused"} 1',
      'dag_attempts_ended_total{outcome="succeeded",failure=""} 0',
      'dag_decision_seconds_bucket{le="0.025"} 0',
      'dag_decision_seconds_bucket{le="0.05"} 1',
    ])
      expect(told).toContain(`\n${line}\n`);
    expect(unread).toEqual([]);
  });

  it('is nothing of the work while it stands by', async () => {
    const { text, unread } = watchedWith(undefined);
    const told = await text();
    expect(told).toContain('\ndag_leading 0\n');
    expect(told).not.toMatch(/^dag_(?:runs|tasks|member_work|members_drained|alarms|inputs_waiting)\b/m);
    expect(unread).toEqual([]);
  });

  it('is ready until a decision has been under way for too long', async () => {
    const { counts, watched, pass } = watchedWith(undefined);
    const decisions = conductorChecks(watched).find(({ name }) => name === 'decisions');
    const isOver = counts.deciding(1);
    pass(29_999);
    expect(await decisions?.look()).toMatchObject({ ok: true });
    pass(1);
    expect(await decisions?.look()).toEqual({ ok: false, detail: 'a decision has been under way for 30 s' });
    isOver();
    expect(await decisions?.look()).toMatchObject({ ok: true });
  });
});
