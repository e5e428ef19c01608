import { rmSync } from 'node:fs';
import {
  obtainBroker,
  openBroker,
  startBrokerAgain,
  type Environment,
  type ObtainedBroker,
  type Say,
} from '../broker/index.js';
import { messageOf } from './files.js';
import { labPaths } from './paths.js';

/** A private broker that an earlier `up` left is started again with its data; otherwise one is obtained. */
export async function brokerFor(
  directory: string,
  say: Say,
  env: Environment,
  signal?: AbortSignal,
): Promise<ObtainedBroker> {
  const folder = labPaths(directory).broker;
  const earlier = openBroker(folder, env);
  if (earlier?.kind === 'private' && !env['AMQP_URL']) {
    say('Broker: starting the lab’s private rabbitmq-server again.');
    try {
      await startBrokerAgain(folder, env);
      const broker = openBroker(folder, env);
      if (broker !== null) return broker;
    } catch (error) {
      say(`Broker: ${messageOf(error).split('\n')[0]}; getting a new one.`);
    }
  }
  if (earlier?.kind === 'private') {
    await earlier.stop({ discard: true });
    rmSync(folder, { recursive: true, force: true });
  }
  return obtainBroker({ directory: folder, say, env, ...(signal === undefined ? {} : { signal }) });
}
