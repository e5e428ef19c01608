import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { StartedTestContainer } from 'testcontainers';

const DEFAULT_IMAGE = 'postgres:16';
const PORT = 5_432;
const USER = 'dag';
const START_WITHIN_MS = 180_000;
/** The image starts its server once for its own preparations and then again, so an answer counts only over the network. */
const READY_WITHIN_MS = 60_000;
const POLL_MS = 250;

export interface ContainerPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** A PostgreSQL in a container; DAG_POSTGRES_IMAGE names another image. Loaded only here: the library is a development dependency. */
export async function startContainerPostgres(
  env: Readonly<Record<string, string | undefined>>,
): Promise<ContainerPostgres> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const image = env['DAG_POSTGRES_IMAGE'] ?? DEFAULT_IMAGE;
  const password = randomBytes(18).toString('hex');
  const container = await new GenericContainer(image)
    .withEnvironment({ POSTGRES_USER: USER, POSTGRES_PASSWORD: password, POSTGRES_DB: 'postgres' })
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forListeningPorts())
    .withStartupTimeout(START_WITHIN_MS)
    .start();
  try {
    const url = `postgres://${USER}:${password}@${container.getHost()}:${container.getMappedPort(PORT)}/postgres`;
    await whenItAnswers(url, image);
    return { url, stop: () => stopped(container) };
  } catch (error) {
    await stopped(container);
    throw error;
  }
}

async function stopped(container: StartedTestContainer): Promise<void> {
  await container.stop();
}

async function whenItAnswers(url: string, image: string): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const client = new Client({ connectionString: url });
    // A server that restarts breaks the connection, and an error without a listener would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        throw new Error(
          `the PostgreSQL of the image ${image} did not answer within ${READY_WITHIN_MS / 1_000} s; look at its container's log`,
          { cause: error },
        );
      }
    } finally {
      await client.end().catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
