import { describe, expect, it } from '@jest/globals';
import type { BackupRequest } from '#contracts';
import { RUN_ID, Scenario } from '../../testing/scenario.js';
import { databaseView, memberView, worldOf } from '../../testing/worlds.js';
import { rateKey } from '../../planning/assignment/index.js';

const GIB = 1_073_741_824;
const MINUTE_MS = 60_000;
const members = ['EX01', 'EX02', 'EX03'].map((name) => memberView(name));
const databases = Array.from({ length: 8 }, (_, index) =>
  databaseView(index + 1, ['ex01', 'ex02', 'ex03'], { sizeBytes: String(60 * GIB) }),
);

/** Every member moves 1 GiB a second as far as anybody knows: four databases on each of two members, 4 minutes. */
function running(request: BackupRequest = {}): Scenario {
  const scenario = new Scenario(worldOf(members, databases));
  scenario.throughput = new Map(
    ['ex01', 'ex02', 'ex03'].map((member) => [
      rateKey(member, 'full'),
      { member, backupType: 'full', bytesPerSecond: GIB, spreadShare: 0, observations: 50 },
    ]),
  );
  scenario.planned(request);
  for (const { attemptId, member } of scenario.state.liveByAttempt.values())
    scenario.when({ type: 'AttemptStarted', attemptId, member });
  return scenario;
}

/** So many GiB done by the live attempt of each member. */
function progress(scenario: Scenario, gibOf: Readonly<Record<string, number>>): void {
  for (const { attemptId, member } of scenario.state.liveByAttempt.values())
    scenario.bytesDone.set(attemptId, (gibOf[member] ?? 0) * GIB);
}

describe('re-balancing', () => {
  it('gives waiting work of a member that is far slower than reckoned to the other, and says why', () => {
    const scenario = running();
    scenario.nowMs += MINUTE_MS;
    progress(scenario, { ex02: 5, ex03: 55 });
    const moved = scenario.when({ type: 'Rebalance' }).filter(({ type }) => type === 'TaskRebalanced');
    expect(moved.length).toBeGreaterThan(0);
    for (const event of scenario.of('TaskRebalanced')) {
      expect(event).toMatchObject({ fromMember: 'ex02', member: 'ex03' });
      expect(event.reason).toMatch(/^EX02 is behind: all is done in .+ this way, and in .+ without$/);
      expect(event.decision.candidates.find(({ chosen }) => chosen)?.member).toBe('ex03');
      expect(scenario.run().tasks.get(event.taskId)).toMatchObject({ status: 'pending', member: 'ex03', moves: 1 });
    }
  });

  it('moves nothing while the work goes on as reckoned, nor back and forth when speeds change', () => {
    const scenario = running();
    scenario.nowMs += MINUTE_MS / 2;
    progress(scenario, { ex02: 29, ex03: 31 });
    scenario.when({ type: 'Rebalance' });
    expect(scenario.of('TaskRebalanced')).toEqual([]);
    for (let round = 0; round < 40; round += 1) {
      scenario.nowMs += 10_000;
      progress(scenario, round % 2 === 0 ? { ex02: 2, ex03: 50 } : { ex02: 50, ex03: 2 });
      scenario.when({ type: 'Rebalance' });
    }
    for (const task of scenario.run().tasks.values()) expect(task.moves).toBeLessThanOrEqual(3);
    expect(scenario.of('TaskRebalanced').length).toBeLessThanOrEqual(12);
  });

  it('keeps every backup on a copy of its tier, and finishes what it moved', () => {
    const scenario = running({ copiesPerDatabase: 2 });
    scenario.nowMs += MINUTE_MS;
    progress(scenario, { ex02: 2, ex03: 55 });
    scenario.when({ type: 'Rebalance' });
    for (let round = 0; round < 40 && !scenario.state.runs.isEmpty(); round += 1) {
      for (const { attemptId, member } of scenario.state.liveByAttempt.values())
        scenario.when({ type: 'AttemptEnded', attemptId, member, outcome: 'succeeded', bytes: '1' });
    }
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 0 });
    const sources = new Map<string, string[]>();
    for (const { taskId, attempt } of scenario.of('TaskDispatched')) {
      expect(attempt.role).toBe('passive');
      const guid = taskId.split('/')[0] ?? '';
      sources.set(guid, [...(sources.get(guid) ?? []), attempt.member]);
    }
    for (const used of sources.values()) expect(new Set(used).size).toBe(2);
  });

  it('leaves a run alone that carries out a plan as it is', () => {
    const topology = databases.map(({ guid, name, copies }) => ({
      guid,
      name,
      copies: copies.map(({ member, role }) => ({ member, role, lagged: false })),
    }));
    const tasks = databases.map(({ guid }) => ({ taskId: `${guid}/1`, member: 'ex02', startMs: 0, endMs: 1 }));
    const plan = { madeAt: '2026-01-31T22:00:00.000Z', topology, tasks, finishMs: 1, boundMs: 1 };
    const scenario = running({ plan });
    scenario.nowMs += MINUTE_MS;
    progress(scenario, { ex02: 1 });
    scenario.when({ type: 'Rebalance' });
    expect(scenario.of('TaskRebalanced')).toEqual([]);
    expect(scenario.run(RUN_ID).tasks.every(({ member }) => member === 'ex02')).toBe(true);
  });
});
