import { randomBytes } from 'node:crypto';
import { messageOf } from '../supervisor/files.js';
import { WayFailed, type ContainerBrokerRecord, type Environment } from './types.js';

const DEFAULT_IMAGE = 'rabbitmq:3.13-management';
const START_WITHIN_MS = 180_000;
const STOP_WITHIN_S = 10;

/** A broker in a container of its own. Loaded only when this way is tried: the library is a development dependency. */
export async function startContainerBroker(env: Environment): Promise<ContainerBrokerRecord> {
  const user = 'dag-lab-admin';
  const password = randomBytes(18).toString('hex');
  // A lab started with --detach outlives this process, so the library's own reaper must not end the broker with it;
  // `stop` does that by the container's id.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const { RabbitMQContainer } = await load(() => import('@testcontainers/rabbitmq'));
  const container = new RabbitMQContainer(env['DAG_RABBITMQ_IMAGE'] ?? DEFAULT_IMAGE)
    .withEnvironment({ RABBITMQ_DEFAULT_USER: user, RABBITMQ_DEFAULT_PASS: password })
    .withStartupTimeout(START_WITHIN_MS);
  const started = await container.start().catch((error: unknown) => {
    throw new WayFailed(`no container: ${messageOf(error)}`, { cause: error });
  });
  const address = `${user}:${password}@${started.getHost()}`;
  return {
    kind: 'container',
    amqpUrl: `amqp://${address}:${started.getMappedPort(5672)}/%2F`,
    managementUrl: `http://${address}:${started.getMappedPort(15672)}`,
    containerId: started.getId(),
  };
}

export async function stopContainerBroker(record: ContainerBrokerRecord): Promise<void> {
  const { getContainerRuntimeClient } = await load(() => import('testcontainers'));
  const client = await getContainerRuntimeClient();
  const container = client.container.getById(record.containerId);
  await client.container.stop(container, { timeout: STOP_WITHIN_S });
  await client.container.remove(container, { removeVolumes: true });
}

async function load<Module>(importer: () => Promise<Module>): Promise<Module> {
  try {
    return await importer();
  } catch (error) {
    throw new WayFailed(`the testcontainers library is not installed: ${messageOf(error)}`, { cause: error });
  }
}
