import { describe, expect, it } from '@jest/globals';
import type { BackupRequest } from '#contracts';
import { RUN_ID, Scenario } from '../../testing/scenario.js';
import { databaseView, memberView, worldOf } from '../../testing/worlds.js';
import { rateKey } from '../../planning/assignment/index.js';
import { replayDecisions } from '../replay/replay-decisions.js';
import type { RunEvent } from '../run.events.js';

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

  it('gives the same moves when they are decided again, and says so of each that would not be made', () => {
    const scenario = running();
    scenario.nowMs += MINUTE_MS;
    progress(scenario, { ex02: 5, ex03: 55 });
    scenario.when({ type: 'Rebalance' });
    const history = JSON.parse(JSON.stringify(scenario.history)) as readonly RunEvent[];
    const kindsIn = (events: readonly RunEvent[]) =>
      [...replayDecisions(events)].flatMap(([event, replay]) => (event.type === 'TaskRebalanced' ? [replay] : []));
    expect(kindsIn(history).length).toBeGreaterThan(0);
    for (const replay of kindsIn(history)) expect(replay).toEqual({ kind: 'same' });
    const idle = history.map((event) =>
      event.type === 'MovesDecided' ? { ...event, record: { ...event.record, jobs: [] } } : event,
    );
    for (const replay of kindsIn(idle))
      expect(replay).toEqual({ kind: 'different', differences: ['it would stay on EX02'] });
    for (const replay of kindsIn(history.filter(({ type }) => type !== 'MovesDecided')))
      expect(replay).toEqual({ kind: 'notStored' });
  });

  it('keeps of a move what does not grow with what else goes on', () => {
    const scenario = running();
    const others = databases.map((_, index) => databaseView(100 + index, ['ex11', 'ex12', 'ex13']));
    scenario.world = worldOf(
      [...members, ...['EX11', 'EX12', 'EX13'].map((name) => memberView(name, { dag: 'dag2' }))],
      [...databases, ...others],
    );
    scenario.planned({ databases: others.map(({ name }) => name) }, '22222222-2222-4222-8222-222222222222');
    scenario.nowMs += MINUTE_MS;
    progress(scenario, { ex02: 5, ex03: 55 });
    scenario.when({ type: 'Rebalance' });
    const [decided] = scenario.of('MovesDecided');
    expect(decided?.record.runs).toEqual([RUN_ID]);
    expect(decided?.record.members.map(({ id }) => id)).toEqual(['ex02', 'ex03']);
    expect(decided?.inputs.databases.length).toBe(scenario.of('TaskRebalanced').length);
  });

  it('reckons with a limit of a storage server that was set while the run goes on', () => {
    const placed = ['EX01', 'EX02', 'EX03', 'EX04'].map((name, index) =>
      memberView(name, { storageServer: index < 3 ? 'SP1' : 'SP2' }),
    );
    const spread = Array.from({ length: 12 }, (_, index) =>
      databaseView(index + 1, ['ex01', 'ex02', 'ex03', 'ex04'], { sizeBytes: String(60 * GIB) }),
    );
    const scenario = new Scenario(worldOf(placed, spread)).planned();
    const waitingOn = (member: string) =>
      [...scenario.run().tasks.values()].filter((task) => task.status === 'pending' && task.member === member).length;
    const before = waitingOn('ex04');
    scenario.when({ type: 'Rebalance' });
    expect(scenario.of('TaskRebalanced')).toEqual([]);
    scenario.when({
      type: 'LimitsChangeRequested',
      requestId: 'limit',
      request: { changes: [{ scope: 'storageServer', name: 'SP1', value: 1 }] },
    });
    scenario.when({ type: 'Rebalance' });
    expect(waitingOn('ex04')).toBeGreaterThan(before);
    for (const { member } of scenario.of('TaskRebalanced')) expect(member).toBe('ex04');
  });

  it('leaves alone what a closed window keeps from starting', () => {
    // 1970-01-01 is a Thursday, and it is shortly after midnight.
    const window = { timeZone: 'UTC', periods: [{ days: ['thu' as const], from: '20:00', to: '23:00' }] };
    const scenario = new Scenario(worldOf(members, databases)).planned({ window, deadlineMs: 172_800_000 });
    scenario.throughput = new Map(
      ['ex01', 'ex02', 'ex03'].map((member) => [
        rateKey(member, 'full'),
        {
          member,
          backupType: 'full',
          bytesPerSecond: member === 'ex03' ? GIB / 64 : GIB,
          spreadShare: 0,
          observations: 50,
        },
      ]),
    );
    scenario.when({ type: 'Rebalance' });
    expect(scenario.of('TaskRebalanced')).toEqual([]);
    scenario.after(20 * 3_600_000);
    scenario.when({ type: 'Rebalance' });
    expect(scenario.of('TaskRebalanced').length).toBeGreaterThan(0);
  });
});
