import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { Queues, memberUser, serviceUsers, topologyFor, type BrokerUser } from '#contracts';
import { applyPolicies, applyTopology, applyUsers } from '#messaging';
import { messageOf } from './files.js';
import {
  connectToAny,
  eachUrl,
  withoutPassword,
  type BrokerVhost,
  type ObtainedBroker,
  type Say,
} from '../broker/index.js';
import { pause } from './pause.js';
import { labPaths } from './paths.js';
import { urlFile } from './service-plan.js';

const LEADERS_WITHIN_MS = 30_000;
const LEADERS_POLL_MS = 500;

export interface Provisioned {
  /** False where all services share the user of a broker that is not ours. */
  readonly verifySender: boolean;
  /** True where the vhost is the lab's own and can be deleted as a whole. */
  readonly ownVhost: boolean;
}

/** Makes the vhost, everything in it, and on a broker of our own one user per service and member. */
export async function provision(
  directory: string,
  broker: ObtainedBroker,
  vhost: string,
  memberIds: readonly string[],
  say: Say,
): Promise<Provisioned> {
  const access = await broker.createVhost(vhost);
  const ownVhost = access.managementUrl !== undefined;
  const topology = topologyFor(memberIds);
  await declare(() => applyTopology(access.amqpUrl, topology));
  if (access.managementUrl === undefined) {
    say('Broker: it has no management API, so the limits and dead-letter policies of the queues are left out.');
  } else {
    await applyPolicies(access.managementUrl, vhost, topology.policies);
  }
  const users = [...serviceUsers(), ...memberIds.map(memberUser)];
  const secrets = labPaths(directory).secrets;
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  if (!broker.ownsBroker || access.managementUrl === undefined) {
    for (const user of users) writeSecret(urlFile(directory, user.name), access.amqpUrl);
    return { verifySender: false, ownVhost };
  }
  const credentials = users.map((user) => ({ user, password: randomBytes(18).toString('hex') }));
  await applyUsers(access.managementUrl, vhost, credentials);
  for (const { user, password } of credentials)
    writeSecret(urlFile(directory, user.name), urlAs(access, user, password));
  return { verifySender: true, ownVhost };
}

/**
 * Right after its restart a broker still looks for the leaders of its streams, and calls them "down or inaccessible" meanwhile
 * (seen on 3.10.8).
 */
async function declare(apply: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + LEADERS_WITHIN_MS;
  for (;;) {
    try {
      return await apply();
    } catch (error) {
      if (performance.now() > deadline || !messageOf(error).includes('down or inaccessible')) throw error;
    }
    await pause(LEADERS_POLL_MS);
  }
}

/** Takes away what `provision` made on a broker that goes on without us. */
export async function unprovision(
  broker: ObtainedBroker,
  vhost: string,
  ownVhost: boolean,
  memberIds: readonly string[],
): Promise<void> {
  if (ownVhost) return broker.deleteVhost(vhost);
  const { exchanges, queues } = topologyFor(memberIds);
  const connection = await connectToAny(broker.amqpUrl);
  try {
    const channel = await connection.createChannel();
    for (const queue of queues) await channel.deleteQueue(queue.name);
    for (const exchange of exchanges) await channel.deleteExchange(exchange.name);
  } finally {
    await connection.close();
  }
}

/**
 * A vhost that is not the lab's own and already has our queues belongs to a real installation, and an emulated DAG must not
 * get into that. To be asked before anything is made, because what was made is deleted again.
 */
export async function refuseUsedVhost({ amqpUrl, managementUrl }: BrokerVhost): Promise<void> {
  if (managementUrl !== undefined) return;
  const connection = await connectToAny(amqpUrl);
  try {
    const channel = await connection.createChannel();
    // The broker closes the channel when the queue is missing; the event needs a listener or it ends the process.
    channel.on('error', () => undefined);
    const exists = await channel.checkQueue(Queues.conductorInbox).then(
      () => true,
      () => false,
    );
    if (!exists) return;
  } finally {
    await connection.close();
  }
  throw new Error(
    `the vhost of ${withoutPassword(amqpUrl)} already holds this product’s queues (${Queues.conductorInbox}). A lab will not share them: ` +
      'give AMQP_URL another vhost, or AMQP_MANAGEMENT_URL so that the lab can make its own',
  );
}

function urlAs(access: BrokerVhost, user: BrokerUser, password: string): string {
  return eachUrl(access.amqpUrl, (url) => {
    url.username = user.name;
    url.password = password;
  });
}

function writeSecret(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
  // The mode above counts for a new file only.
  chmodSync(file, 0o600);
}
