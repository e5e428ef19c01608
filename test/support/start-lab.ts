import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DagClient } from '#client';
import type { BrokerCluster } from '../../lab/src/broker/cluster.js';
import { Lab, messageOf, type LabTiming } from '../../lab/src/supervisor/index.js';
import { verifyStorage } from '../../lab/src/verify/index.js';
import {
  createWorld,
  openWorld,
  worldStatus,
  type World,
  type WorldOptions,
  type WorldStatus,
} from '../../lab/src/world/index.js';

/** Small and quick: the rules are the same at any size. */
const SMALL_WORLD: WorldOptions = {
  members: 2,
  databases: 2,
  copies: 2,
  standalone: 0,
  publicFolders: 0,
  recoveryDatabases: 0,
  withoutClient: 0,
  seed: 1,
  sizeMinBytes: 512 * 1024,
  sizeMaxBytes: 1024 * 1024,
  rateBytesPerSecond: 8 * 1024 * 1024,
};

/** Short enough for a test that waits for a lease to run out. As everywhere, a lost agent is silent before its leases end, and gets nothing new meanwhile. */
const TEST_TIMING: Partial<LabTiming> = { leaseMs: 4_000, heartbeatMs: 500, pollMs: 1_000, silentAfterMs: 3_000 };

export interface StartLabOptions {
  readonly world?: Partial<WorldOptions>;
  readonly timing?: Partial<LabTiming>;
  readonly withConsole?: boolean;
  /** Services know every node of this cluster, as one broker that is not the lab's own. */
  readonly cluster?: BrokerCluster;
  /** A broker of the lab's own, with one restricted user per service; otherwise a vhost on the broker that AMQP_URL names. */
  readonly ownBroker?: boolean;
}

/** A lab with every real service running, for one test file. */
export interface RunningLab {
  readonly directory: string;
  /** Kill, freeze, thaw and start services. */
  readonly lab: Lab;
  /** Fail over, switch over, set copies and rates. */
  readonly world: World;
  readonly client: DagClient;
  status(): WorldStatus;
  verify(): ReturnType<typeof verifyStorage>;
  /** Stops what was started and deletes the folder. */
  stop(): Promise<void>;
}

function environmentFor({ cluster, ownBroker }: StartLabOptions): Readonly<Record<string, string | undefined>> {
  if (cluster !== undefined)
    return { ...process.env, AMQP_URL: cluster.amqpUrl, AMQP_MANAGEMENT_URL: cluster.managementUrl };
  const { AMQP_URL: given, ...rest } = process.env;
  return ownBroker || given === undefined ? rest : { ...rest, AMQP_URL: given };
}

/** Starts the services from dist, so the build must be up to date. What was started is stopped again when it fails. */
export async function startLab(options: StartLabOptions = {}): Promise<RunningLab> {
  const directory = mkdtempSync(join(tmpdir(), 'dag-e2e-'));
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const undo: (() => Promise<void> | void)[] = [() => rmSync(directory, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    await createWorld(directory, { ...SMALL_WORLD, ...options.world });
    const env = environmentFor(options);
    const lab = await Lab.up({
      directory,
      say,
      env,
      timing: { ...TEST_TIMING, ...options.timing },
      withConsole: options.withConsole ?? false,
    });
    undo.push(() => lab.down({ say, discard: true }));
    const world = openWorld(directory);
    undo.push(() => world.close());
    const client = await DagClient.connect(lab.apiUrl, { name: 'e2e' });
    undo.push(() => client.close());
    return {
      directory,
      lab,
      world,
      client,
      stop,
      status: () => worldStatus(directory),
      verify: () => verifyStorage(directory),
    };
  } catch (error) {
    await stop();
    throw new Error(`the lab did not start: ${messageOf(error)}\n${said.join('\n')}`, { cause: error });
  }
}
