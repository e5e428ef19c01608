import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { connect, type Channel } from 'amqplib';
import {
  BackupRequested,
  DatabaseFailedOver,
  GetSnapshot,
  HeartbeatSent,
  ListRuns,
  NodeReported,
  Queues,
  RunFacts,
  StateReportOrdered,
  commandQueue,
  memberUser,
  serviceUsers,
  topologyFor,
  type Heartbeat,
  type InventorySnapshot,
  type LeaseReply,
  type NodeReport,
  type ReportStateOrder,
  type RunList,
} from '#contracts';
import { applyUsers, checkTopology, deleteUsers, Handles, PermanentError, type Broker } from '#messaging';
import { startService } from './service.js';
import { until } from '../../support/eventually.js';
import { hasBroker, MANAGEMENT_URL, Playground, quickTopology, urlFor } from './support.js';

const when = hasBroker ? describe : describe.skip;
/** Users belong to the whole broker, not to a virtual host: these must not meet those of another spec. */
const OWN = randomUUID().slice(0, 8);
const EX01 = `ex01-${OWN}`;
const EX02 = `ex02-${OWN}`;
const USERS = [
  ...serviceUsers().map((user) => ({ ...user, name: `${user.name}-${OWN}` })),
  memberUser(EX01),
  memberUser(EX02),
];
const PASSWORD = randomUUID();
const seen: unknown[] = [];
let orderFails = false;

/** Everything but the look that somebody who may look at a queue might try on it. */
const MEDDLING: readonly (readonly [string, (channel: Channel) => Promise<unknown>])[] = [
  ['take its messages', (channel) => channel.get(Queues.dead)],
  ['consume it', (channel) => channel.consume(Queues.conductorInbox, () => undefined)],
  ['empty it', (channel) => channel.purgeQueue(Queues.dead)],
  ['delete it', (channel) => channel.deleteQueue(Queues.dead)],
  ['bind it', (channel) => channel.bindQueue(Queues.dead, 'dag.events', '#')],
  ['take a binding away', (channel) => channel.unbindQueue(Queues.dead, 'dag.dlx', '#')],
  ['copy what is written in the audit log', (channel) => channel.bindExchange('dag.unrouted', 'dag.events', '#')],
];

@Controller()
class Conductor {
  @Handles(BackupRequested, Queues.conductorInbox)
  requested(data: object): void {
    seen.push(data);
  }
  @Handles(HeartbeatSent, Queues.conductorHeartbeats)
  beat({ sequence }: Heartbeat): LeaseReply {
    return { sequence, epoch: 1, grants: [] };
  }
  @Handles(ListRuns, Queues.conductorQueries)
  list(): RunList {
    return { runs: [] };
  }
}

@Controller()
class Inventory {
  @Handles(NodeReported, Queues.inventoryInbox)
  reported({ memberId }: NodeReport): void {
    seen.push(memberId);
  }
  @Handles(GetSnapshot, Queues.inventoryQueries)
  snapshot(): InventorySnapshot {
    throw new PermanentError('not-now');
  }
}

@Controller()
class Agent {
  @Handles(StateReportOrdered, 'commands')
  ordered({ reason }: ReportStateOrder): void {
    seen.push(reason);
    if (orderFails) throw new Error('not today');
  }
}

when('the least that every user needs', () => {
  let ground: Playground;
  const brokers = new Map<string, Broker>();
  const apps: INestMicroservice[] = [];
  const as = (name: string): Broker => {
    const broker = brokers.get(name);
    if (!broker) throw new Error(`no broker for ${name}`);
    return broker;
  };

  beforeAll(async () => {
    ground = await Playground.open(quickTopology([EX01, EX02]));
    await applyUsers(
      MANAGEMENT_URL,
      ground.vhost,
      USERS.map((user) => ({ user, password: PASSWORD })),
    );
    for (const { name } of USERS) {
      const service = name.split('-')[1] ?? '';
      brokers.set(
        name,
        ground.broker({ url: urlFor(ground.vhost, { name, password: PASSWORD }), service, retryForMs: 5_000 }),
      );
    }
    const inConductor = [Queues.conductorInbox, Queues.conductorHeartbeats, Queues.conductorQueries].map((name) => ({
      name,
    }));
    const inInventory = [Queues.inventoryInbox, Queues.inventoryQueries].map((name) => ({ name }));
    apps.push(
      await startService(as(`dag-conductor-${OWN}`), [Conductor], { queues: inConductor, verifySender: true }),
      await startService(as(`dag-inventory-${OWN}`), [Inventory], {
        queues: inInventory,
        parkAs: 'inventory',
        verifySender: true,
      }),
      await startService(as(`dag-node-${EX01}`), [Agent], {
        queues: [{ name: commandQueue(EX01), as: 'commands' }],
        parkAs: 'node',
        verifySender: true,
      }),
    );
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await ground.close();
    await deleteUsers(
      MANAGEMENT_URL,
      USERS.map((user) => user.name),
    );
  });

  it('lets every service do its work', async () => {
    expect(await as(`dag-api-${OWN}`).publisher.publish(BackupRequested, {}, { requestId: 'r' })).toBe('routed');
    expect(await as(`dag-node-${EX01}`).publisher.publish(NodeReported, { member: EX01 }, report(EX01))).toBe('routed');
    expect(
      await as(`dag-inventory-${OWN}`).publisher.publish(StateReportOrdered, { member: EX01 }, { reason: 'look' }),
    ).toBe('routed');
    expect(
      await as(`dag-conductor-${OWN}`).publisher.publish(StateReportOrdered, { member: EX01 }, { reason: 'see' }),
    ).toBe('routed');
    expect(await as(`dag-conductor-${OWN}`).publisher.publish(RunFacts.completed, { dag: 'dag1' }, fact())).toBe(
      'routed',
    );
    await until('all handled', () => seen.length === 4);
    expect(seen).toEqual(expect.arrayContaining([{ requestId: 'r' }, EX01, 'look', 'see']));
  });

  it('lets questions be asked and answered', async () => {
    expect(await as(`dag-api-${OWN}`).queries.query(ListRuns, {}, {})).toEqual({ runs: [] });
    await expect(as(`dag-conductor-${OWN}`).queries.query(GetSnapshot, {}, {})).rejects.toMatchObject({
      failure: { type: 'query.failed' },
    });
    const heartbeat = { memberId: EX01, agentInstanceId: randomUUID(), sequence: 1, attempts: [] };
    expect(await as(`dag-node-${EX01}`).queries.query(HeartbeatSent, { member: EX01 }, heartbeat)).toEqual({
      sequence: 1,
      epoch: 1,
      grants: [],
    });
  });

  it('lets an agent park and delay its own orders', async () => {
    orderFails = true;
    await as(`dag-conductor-${OWN}`).publisher.publish(
      StateReportOrdered,
      { member: EX01 },
      { reason: 'fail' },
      { id: 'failing' },
    );
    const parked = await ground.take('dag.node.error');
    expect(parked.properties).toMatchObject({ messageId: 'failing', userId: `dag-node-${EX01}` });
    expect(parked.properties.headers).toMatchObject({
      'dag-fault-reason': 'retries-exhausted',
      'dag-original-user': `dag-conductor-${OWN}`,
    });
  });

  it.each<[string, (own: Broker) => Promise<unknown>]>([
    [`dag-node-${EX01}`, (own) => own.publisher.publish(NodeReported, { member: EX02 }, report(EX02))],
    [`dag-node-${EX01}`, (own) => own.publisher.publish(StateReportOrdered, { member: EX02 }, { reason: 'x' })],
    [`dag-api-${OWN}`, (own) => own.publisher.publish(StateReportOrdered, { member: EX01 }, { reason: 'x' })],
    [`dag-inventory-${OWN}`, (own) => own.publisher.publish(BackupRequested, {}, {})],
    [
      `dag-conductor-${OWN}`,
      (own) => own.publisher.publish(DatabaseFailedOver, { dag: 'd', member: 'm' }, Object.create(null)),
    ],
  ])('refuses %s what is not its to send', async (name, send) => {
    await expect(send(as(name))).rejects.toMatchObject({ failure: { type: 'publish.refused' } });
  });

  it('parks a report that is not signed by the member it is about', async () => {
    const before = seen.length;
    await ground.publishByHand('dag.results', `node.${EX02}.report`, JSON.stringify(report(EX02)), {
      messageId: 'forged',
    });
    const forged = await ground.take('dag.inventory.error');
    expect(forged.properties.headers).toMatchObject({ 'dag-fault-reason': 'sender-mismatch' });
    await as(`dag-node-${EX02}`).publisher.publish(NodeReported, { member: EX02 }, report(EX01), {
      id: 'about-another',
    });
    const other = await ground.take('dag.inventory.error');
    expect(other.properties.headers).toMatchObject({
      'dag-fault-reason': 'sender-mismatch',
      'dag-original-user': `dag-node-${EX02}`,
    });
    expect(seen).toHaveLength(before);
  });

  it('lets every service look whether the topology is there', async () => {
    const url = urlFor(ground.vhost, { name: `dag-node-${EX01}`, password: PASSWORD });
    expect(await checkTopology(url, topologyFor([EX01]))).toEqual([]);
    expect(await checkTopology(url, topologyFor(['ex03']))).toEqual(['queue dag.node.ex03.commands']);
  });

  it.each(MEDDLING)('lets nobody who may only look at a queue %s', async (_, meddle) => {
    const model = await connect(urlFor(ground.vhost, { name: `dag-api-${OWN}`, password: PASSWORD }));
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    await expect(meddle(channel)).rejects.toMatchObject({ code: 403 });
    await model.close();
  });

  it('lets whoever asks on behalf of people see which broker it is, what waits and who consumes, and go on', async () => {
    const api = as(`dag-api-${OWN}`);
    const seen = await api.inspect(topologyFor([EX01, 'ex03']), 10_000);
    expect(seen).toMatchObject({ user: `dag-api-${OWN}`, product: 'RabbitMQ', blockedBecause: null });
    expect(seen.version).toMatch(/^\d+\.\d+/);
    expect(seen.place).toContain(ground.vhost);
    const loads = Object.fromEntries(seen.things.map(({ name, state, load }) => [name, load ?? state]));
    expect(loads).toMatchObject({
      'dag.requests': 'there',
      [Queues.conductorInbox]: { messages: 0, consumers: 1 },
      [Queues.inventoryHeartbeats]: { consumers: 0 },
      [commandQueue(EX01)]: { messages: 0, consumers: 1 },
      [commandQueue('ex03')]: 'missing',
    });
    await ground.publishByHand('dag.dlx', 'x', 'dead');
    await until('a dead message is counted', async () => (await deadSeenBy(api)) === 1);
    await ground.take(Queues.dead);
    expect(await api.queries.query(ListRuns, {}, {})).toEqual({ runs: [] });
  });
});

async function deadSeenBy(broker: Broker): Promise<number | undefined> {
  const queues = [{ name: Queues.dead, arguments: {} }];
  return (await broker.inspect({ queues }, 10_000)).things[0]?.load?.messages;
}

function report(memberId: string) {
  const member = {
    memberId,
    memberName: memberId.toUpperCase(),
    fqdn: null,
    site: null,
    storageServer: null,
    exchangeVersion: null,
    dag: null,
  };
  const client = { installed: true, version: null };
  const agent = { agentVersion: '1', agentInstanceId: randomUUID(), sequence: 1, databases: [], warnings: [] };
  return { ...member, client, ...agent };
}

function fact() {
  return { runId: randomUUID(), requestId: 'r', sequence: 1, at: '2026-01-01T00:00:00Z', text: 'done' };
}
