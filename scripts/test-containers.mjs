import { join } from 'node:path';
import { main } from './bootstrap/index.mjs';
import { root, run } from './bootstrap/run.mjs';

const SUITE = ['test/e2e', 'test/broker', 'libs/storage'];

// The end-to-end suite against RabbitMQ and PostgreSQL in containers; their images are DAG_RABBITMQ_IMAGE and DAG_POSTGRES_IMAGE. Arguments are passed on
// to the test runner.
await main(async (args) => {
  const reason = await whyNoEngine();
  if (reason !== null) {
    console.error(`LEFT OUT: the tests with containers, because no Docker engine answers (${reason}).`);
    return 0;
  }
  const { startContainerBroker, stopContainerBroker } = await import('../dist/lab/src/broker/container.js');
  const { startContainerPostgres } = await import('../dist/lab/src/postgres/container.js');
  const broker = await startContainerBroker(process.env);
  let postgres;
  try {
    postgres = await startContainerPostgres(process.env);
    const env = {
      ...process.env,
      AMQP_URL: broker.amqpUrl,
      AMQP_MANAGEMENT_URL: broker.managementUrl,
      TEST_POSTGRES_URL: postgres.url,
    };
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const runner = join(root, 'node_modules/jest/bin/jest.js');
    return await run(process.execPath, [...flags, runner, ...(args.length > 0 ? args : SUITE)], { env, cwd: root });
  } finally {
    await postgres?.stop();
    await stopContainerBroker(broker);
  }
});

/** Null where containers can be started. */
async function whyNoEngine() {
  try {
    const { getContainerRuntimeClient } = await import('testcontainers');
    await getContainerRuntimeClient();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
}
