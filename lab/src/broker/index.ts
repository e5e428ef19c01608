import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readState, writeState } from '../supervisor/files.js';
import { installWithApt } from './apt.js';
import { startContainerBroker, stopContainerBroker } from './container.js';
import { givenBroker, useGivenBroker } from './given.js';
import { ManagementApi } from './management.js';
import { restartPrivateBroker, startPrivateBroker, stopPrivateBroker } from './private.js';
import { findProgram } from './program.js';
import {
  WayFailed,
  urlsOf,
  withVhost,
  withoutPassword,
  type BrokerRecord,
  type ContainerBrokerRecord,
  type Environment,
  type ObtainedBroker,
  type PrivateBrokerRecord,
  type Say,
} from './types.js';

export * from './types.js';
export { connectToAny } from './connect.js';
export { ManagementApi } from './management.js';

export interface ObtainOptions {
  /** Folder for the broker's data, logs and `broker.json`. */
  readonly directory: string;
  readonly say: Say;
  readonly env?: Environment;
  /** Aborted: what was started so far is ended, and the abort's reason thrown. */
  readonly signal?: AbortSignal;
}

/** One way of getting a broker. Throws {@link WayFailed} with the reason when it does not work here. */
interface Way {
  readonly name: string;
  obtain(): Promise<ObtainedBroker>;
}

export class NoBrokerError extends Error {
  constructor(reasons: readonly string[]) {
    super(
      [
        'No RabbitMQ broker could be had:',
        ...reasons.map((reason) => `  - ${reason}`),
        'Any one of these helps:',
        '  - set AMQP_URL to a running broker, e.g. AMQP_URL=amqp://user:password@host:5672',
        '  - install RabbitMQ: apt-get install rabbitmq-server (Debian, Ubuntu; as root)',
        '  - start a Docker engine that this user may use',
      ].join('\n'),
    );
    this.name = 'NoBrokerError';
  }
}

/** Gets a broker by the first way that works, saying in one line what is done and why a way did not work. */
export async function obtainBroker(options: ObtainOptions): Promise<ObtainedBroker> {
  const { directory, say } = options;
  const env = options.env ?? process.env;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const reasons: string[] = [];
  for (const way of waysFor(directory, env, say, options.signal)) {
    options.signal?.throwIfAborted();
    try {
      const broker = await way.obtain();
      keepRecord(directory, broker.record);
      return broker;
    } catch (error) {
      if (!(error instanceof WayFailed)) throw error;
      reasons.push(`${way.name}: ${error.message}`);
      say(`Broker: ${way.name}: ${error.message.split('\n')[0]}`);
    }
  }
  throw new NoBrokerError(reasons);
}

function waysFor(directory: string, env: Environment, say: Say, signal?: AbortSignal): readonly Way[] {
  const privateBroker = async (): Promise<ObtainedBroker> => {
    const program = findProgram(env);
    if (program === null) throw new WayFailed('rabbitmq-server is not installed');
    say(`Broker: starting a private rabbitmq-server (${program.server}), which takes some seconds.`);
    return reopen(directory, await startPrivateBroker(directory, program, env, signal), env);
  };
  const amqpUrl = env['AMQP_URL'];
  const given: Way = {
    name: 'AMQP_URL',
    obtain() {
      if (amqpUrl === undefined || urlsOf(amqpUrl).length === 0 || !urlsOf(amqpUrl).every((url) => URL.canParse(url)))
        throw new WayFailed('it is no URL like amqp://user:password@host:5672');
      say(`Broker: using the one that AMQP_URL names, ${withoutPassword(amqpUrl)}.`);
      return useGivenBroker(amqpUrl, env);
    },
  };
  return [
    ...(amqpUrl === undefined || amqpUrl === '' ? [] : [given]),
    { name: 'installed program', obtain: privateBroker },
    {
      name: 'container',
      async obtain() {
        say('Broker: trying a container.');
        return reopen(directory, await startContainerBroker(env), env);
      },
    },
    {
      name: 'apt-get',
      async obtain() {
        say('Broker: trying to install rabbitmq-server with apt-get.');
        await installWithApt(env, say);
        return privateBroker();
      },
    },
  ];
}

const RECORD_FILE = 'broker.json';

/** The broker that an earlier process obtained for this folder, or null where there is none. */
export function openBroker(directory: string, env: Environment = process.env): ObtainedBroker | null {
  const record = readRecord(directory);
  return record === null ? null : reopen(directory, record, env);
}

/** Starts a private broker of this folder again, after it was killed. */
export async function startBrokerAgain(directory: string, env: Environment = process.env): Promise<void> {
  const record = readRecord(directory);
  if (record?.kind !== 'private')
    throw new Error('only a private broker of the lab’s own can be started again; start this one by its own means');
  keepRecord(directory, await restartPrivateBroker(record, env));
}

function reopen(directory: string, record: BrokerRecord, env: Environment): ObtainedBroker {
  switch (record.kind) {
    case 'given':
      return givenBroker(record);
    case 'private':
      return {
        ...ownBroker(directory, record, (discard) => stopPrivateBroker(record, env, discard)),
        pid: record.process.pid,
      };
    case 'container':
      return ownBroker(directory, record, () => stopContainerBroker(record));
    default:
      return unknownKind(record);
  }
}

function unknownKind(record: never): never {
  throw new Error(`${RECORD_FILE} names a kind of broker that this version does not know: ${JSON.stringify(record)}`);
}

function ownBroker(
  directory: string,
  record: PrivateBrokerRecord | ContainerBrokerRecord,
  stop: (discard: boolean) => Promise<void>,
): ObtainedBroker {
  const { kind, amqpUrl, managementUrl } = record;
  const api = new ManagementApi(managementUrl);
  return {
    kind,
    amqpUrl,
    managementUrl,
    record,
    ownsBroker: true,
    async createVhost(name) {
      await api.createVhost(name);
      return { amqpUrl: withVhost(amqpUrl, name), managementUrl };
    },
    deleteVhost: (name) => api.deleteVhost(name),
    async stop(options) {
      await stop(options?.discard ?? false);
      if (options?.discard) rmSync(directory, { recursive: true, force: true });
    },
  };
}

function keepRecord(directory: string, record: BrokerRecord): void {
  writeState(join(directory, RECORD_FILE), record);
}

function readRecord(directory: string): BrokerRecord | null {
  return readState(join(directory, RECORD_FILE), isBrokerRecord);
}

function isBrokerRecord(content: object): content is BrokerRecord {
  return 'kind' in content && 'amqpUrl' in content;
}
