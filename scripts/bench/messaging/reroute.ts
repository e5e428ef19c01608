import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DagClient } from '#client';
import { topologyFor, type ReportedCopy, type ReportedDatabase } from '#contracts';
import { applyTopology } from '#messaging';
import { checkoutRoot } from '../../../lab/src/supervisor/index.js';
import { quantiles, type Latency } from './measure.js';
import { ScriptedAgent } from './scripted-agent.js';

const MEMBERS = ['ex01', 'ex02'] as const;
const READY_LIMIT_MS = 60_000;
const RUN_LIMIT_MS = 30_000;
const POLL_MS = 10;

export interface Reroute {
  /** The old agent says that its backup ended, at the moment another one sees the move: as when Exchange kills a backup. */
  readonly endReported: Latency;
  /** The old agent says nothing until the conductor orders it to stop: two hops more. */
  readonly endOrdered: Latency;
}

/**
 * The time from a move published by an agent until the new member's agent has the order, through the real inventory and
 * conductor as processes of their own, on one broker.
 */
export async function measureReroute(amqpUrl: string, directory: string, failovers: number): Promise<Reroute> {
  await applyTopology(amqpUrl, topologyFor(MEMBERS));
  const services: ChildProcess[] = [];
  const agents: ScriptedAgent[] = [];
  const world = { active: 0 };
  const client = await DagClient.connect(amqpUrl, { name: 'bench' });
  try {
    for (const app of ['inventory', 'conductor']) services.push(await startService(app, amqpUrl, directory));
    for (const member of MEMBERS)
      agents.push(await ScriptedAgent.start(amqpUrl, member, MEMBERS, () => database(world.active)));
    const measure = async (saysItself: boolean): Promise<Latency> => {
      const taken: number[] = [];
      for (let index = 0; index < failovers; index += 1)
        taken.push(await oneFailover(client, agents, world, saysItself));
      return quantiles(taken);
    };
    return { endReported: await measure(true), endOrdered: await measure(false) };
  } finally {
    for (const agent of agents) await agent.stop();
    await client.close();
    for (const service of services) service.kill('SIGTERM');
  }
}

async function oneFailover(
  client: DagClient,
  agents: readonly ScriptedAgent[],
  world: { active: number },
  saysItself: boolean,
): Promise<number> {
  const before = agents[world.active];
  const after = agents[1 - world.active];
  if (!before || !after) throw new Error('the measurement needs two agents');
  const first = before.nextOrder();
  const { requestId } = await client.backup({ copyPreference: 'activeOnly' });
  await before.accept((await first).order);
  world.active = 1 - world.active;
  const moved = database(world.active);
  before.onStop = saysItself ? undefined : () => void before.end(moved, 'failed');
  const second = after.nextOrder();
  const begun = performance.now();
  await Promise.all([after.seeMove(moved), saysItself ? before.end(moved, 'failed') : undefined]);
  const { order, arrivedAtMs } = await second;
  await after.accept(order);
  await after.end(moved, 'succeeded');
  await client.waitForRun(requestId, { timeoutMs: RUN_LIMIT_MS, pollMs: POLL_MS });
  return arrivedAtMs - begun;
}

function startService(app: string, amqpUrl: string, directory: string): Promise<ChildProcess> {
  const dataDir = join(directory, app);
  mkdirSync(dataDir, { recursive: true });
  const env = { ...process.env, DAG_BROKER_URL: amqpUrl, DAG_BROKER_VERIFY_SENDER: 'false', DAG_DATA_DIR: dataDir };
  const child = spawn(process.execPath, [join(checkoutRoot(), 'dist/apps', app, 'src/main.js')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${app} was not ready within ${READY_LIMIT_MS} ms`)),
      READY_LIMIT_MS,
    );
    child.once('exit', (code) => reject(new Error(`${app} ended with ${String(code)} before it was ready`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      if (!chunk.toString().includes('"service.ready"')) return;
      clearTimeout(timer);
      resolve(child);
    });
  });
}

function database(active: number): ReportedDatabase {
  const copy = (member: string, index: number): ReportedCopy => ({
    member,
    active: index === active,
    status: index === active ? 'Mounted' : 'Healthy',
    activationPreference: index + 1,
    replayLagMs: 0,
    copyQueueLength: '0',
    replayQueueLength: '0',
    latestFullBackupAt: null,
    suspendComment: null,
    volume: null,
  });
  return {
    guid: 'b0000000-0000-4000-8000-000000000001',
    name: 'DB1',
    recovery: false,
    publicFolder: false,
    activeMember: MEMBERS[active] ?? null,
    mounted: true,
    backupInProgress: false,
    circularLogging: false,
    sizeBytes: '1000',
    lastFullBackupAt: null,
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: MEMBERS.map(copy),
  };
}
