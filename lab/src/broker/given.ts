import { messageOf } from '../supervisor/files.js';
import { connectToAny } from './connect.js';
import { ManagementApi } from './management.js';
import {
  WayFailed,
  urlsOf,
  withVhost,
  withoutPassword,
  type Environment,
  type GivenBrokerRecord,
  type ObtainedBroker,
} from './types.js';

const MANAGEMENT_PORT = 15_672;
const GUESS_TIMEOUT_MS = 3_000;

/** The broker that AMQP_URL names. It is somebody else's: only a vhost of our own is made on it, and deleted again. */
export async function useGivenBroker(amqpUrl: string, env: Environment): Promise<ObtainedBroker> {
  await tryConnection(amqpUrl);
  const managementUrl = await findManagement(amqpUrl, env);
  return givenBroker({ kind: 'given', amqpUrl, ...(managementUrl === undefined ? {} : { managementUrl }) });
}

export function givenBroker(record: GivenBrokerRecord): ObtainedBroker {
  const { amqpUrl, managementUrl } = record;
  const api = managementUrl === undefined ? undefined : new ManagementApi(managementUrl);
  return {
    ...record,
    record,
    ownsBroker: false,
    async createVhost(name) {
      if (api === undefined || managementUrl === undefined) return { amqpUrl };
      await api.createVhost(name);
      return { amqpUrl: withVhost(amqpUrl, name), managementUrl };
    },
    async deleteVhost(name) {
      await api?.deleteVhost(name);
    },
    async stop() {
      // It was running before, and goes on.
    },
  };
}

async function tryConnection(amqpUrl: string): Promise<void> {
  try {
    const connection = await connectToAny(amqpUrl);
    await connection.close();
  } catch (error) {
    throw new WayFailed(`${withoutPassword(amqpUrl)} does not let us in: ${messageOf(error)}`, { cause: error });
  }
}

/** AMQP_MANAGEMENT_URL, or the usual port of the broker's first host, with the credentials of the AMQP URL where it has none. */
async function findManagement(amqpUrl: string, env: Environment): Promise<string | undefined> {
  const broker = new URL(urlsOf(amqpUrl)[0] ?? '');
  const asked = env['AMQP_MANAGEMENT_URL'];
  const url = new URL(asked ?? `http://${broker.hostname}:${MANAGEMENT_PORT}`);
  if (url.username === '') {
    url.username = broker.username === '' ? 'guest' : broker.username;
    url.password = broker.password === '' ? 'guest' : broker.password;
  }
  if (await new ManagementApi(url.href).answers(GUESS_TIMEOUT_MS)) return url.href;
  if (asked === undefined) return undefined;
  throw new WayFailed(`AMQP_MANAGEMENT_URL is set, but ${withoutPassword(url.href)} does not answer those credentials`);
}
