import { describe, expect, it } from '@jest/globals';
import { Metrics } from '#service';
import { World } from '../../test-support/world.js';
import { agentChecks, agentMetrics, type WatchedAgent } from './agent.metrics.js';
import { ClientCounts } from './client-counts.js';

const HOST = { isAnswering: true, starts: 1, timeouts: 0, waiting: 0 };

function watchedWith(world: World, more: Partial<WatchedAgent> = {}): WatchedAgent {
  const publishing = { routed: 0, unroutable: 0, failed: 0, nacks: 0, inFlight: 0, waiting: 0 };
  return {
    broker: { figures: () => ({ connections: [], blockedBecause: undefined, publishing, queues: [] }) },
    client: new ClientCounts(),
    agent: () => world.agent.figures(),
    hosts: () => [{ role: 'read', figures: HOST }],
    journal: () => ({ sizeBytes: 1_234, isWritable: true }),
    ...more,
  };
}

async function toldBy(watched: WatchedAgent): Promise<string> {
  const metrics = new Metrics((metric, reason) => {
    throw new Error(`${metric}: ${reason}`);
  });
  agentMetrics(metrics, watched);
  return metrics.render();
}

const failing = async (watched: WatchedAgent): Promise<readonly string[]> => {
  const looks = await Promise.all(agentChecks(watched).map(async ({ name, look }) => ({ name, ...(await look()) })));
  return looks.filter(({ ok }) => !ok).map(({ name }) => name);
};

describe('what an agent tells of itself', () => {
  it('is the work in hand, its host and its journal', async () => {
    const world = new World();
    expect(await toldBy(watchedWith(world))).toContain('\ndag_agent_work{kind="backup",state="running"} 0\n');
    await world.run();
    const told = await toldBy(watchedWith(world));
    for (const line of [
      'dag_agent_work{kind="backup",state="running"} 1',
      'dag_agent_work{kind="restore",state="running"} 0',
      'dag_agent_results_waiting 0',
      'dag_exchange_host_up{role="read"} 1',
      'dag_exchange_host_starts_total{role="read"} 1',
      'dag_journal_bytes 1234',
      'dag_journal_writable 1',
      'dag_client_bytes_total{kind="backup"} 0',
    ])
      expect(told).toContain(`\n${line}\n`);
  });

  it('is that results wait, and that there is a warning, while the broker takes none', async () => {
    const world = new World();
    world.results.isDown = true;
    await world.accept();
    const told = await toldBy(watchedWith(world));
    expect(told).toContain('\ndag_agent_results_waiting 1\n');
    expect(told).toContain('\ndag_agent_warnings 1\n');
  });

  it('is ready as long as its host answers and its journal can be written', async () => {
    const world = new World();
    const gone = { role: 'change', figures: { ...HOST, isAnswering: false } } as const;
    expect(await failing(watchedWith(world))).toEqual([]);
    expect(await failing(watchedWith(world, { hosts: () => [gone] }))).toEqual(['exchangeHost']);
    const journal = () => ({ sizeBytes: 0, isWritable: false });
    expect(await failing(watchedWith(world, { journal }))).toEqual(['journal']);
  });
});
