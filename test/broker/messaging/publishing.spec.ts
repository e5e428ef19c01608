import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BackupRequested, BackupStartOrdered, commandQueue, Queues, StateReportOrdered } from '#contracts';
import { Broker, SILENT_LOG, toOutgoing } from '#messaging';
import { until } from '../../support/eventually.js';
import { cut, hasBroker, Playground } from './support.js';

const when = hasBroker ? describe : describe.skip;

when('publishing', () => {
  let ground: Playground;
  beforeAll(async () => {
    ground = await Playground.open();
  });
  afterAll(async () => ground.close());

  it('confirms a message that a queue takes, with properties that mirror the envelope', async () => {
    const { publisher } = ground.broker();
    const options = { id: 'm-1', correlationId: 'run-1', subject: 'DB01', causationId: 'm-0' };
    expect(await publisher.publish(BackupRequested, {}, { requestId: 'r-1' }, options)).toBe('routed');
    const message = await ground.take(Queues.conductorInbox);
    const envelope = JSON.parse(message.content.toString()) as Record<string, unknown>;
    expect(envelope).toMatchObject({
      specversion: '1.0',
      id: 'm-1',
      source: '/conductor/test',
      type: 'dag.backup.requested.v1',
      subject: 'DB01',
      correlationid: 'run-1',
      causationid: 'm-0',
      data: { requestId: 'r-1' },
    });
    expect(message.properties).toMatchObject({
      messageId: 'm-1',
      correlationId: 'run-1',
      type: 'dag.backup.requested.v1',
      appId: 'conductor',
      userId: new URL(ground.url).username,
      contentType: 'application/cloudevents+json',
      deliveryMode: 2,
      headers: { traceparent: envelope['traceparent'] },
    });
    expect(message.properties.timestamp).toBe(Math.floor(Date.parse(String(envelope['time'])) / 1_000));
  });

  it('says that nobody takes an order to a member without agent, and only that one', async () => {
    const broker = ground.broker();
    const { publisher } = broker;
    const outcomes = await Promise.all(
      ['ex01', 'ex99', 'ex01', 'ex98'].map((member) =>
        publisher.publish(StateReportOrdered, { member }, { reason: 'look' }),
      ),
    );
    expect(outcomes).toEqual(['routed', 'unroutable', 'routed', 'unroutable']);
    expect(broker.figures()).toEqual({
      connections: [{ role: 'publish', isConnected: true }],
      blockedBecause: undefined,
      publishing: { routed: 2, unroutable: 2, failed: 0, nacks: 0, inFlight: 0, waiting: 0 },
      queues: [],
    });
  });

  it('sends what an outbox stored under the id it was stored with', async () => {
    const { publisher } = ground.broker();
    const outgoing = toOutgoing(
      StateReportOrdered,
      { member: 'ex01' },
      { reason: 'x' },
      { id: 'stored', source: '/c/1', time: new Date(0) },
    );
    expect(await publisher.send(JSON.parse(JSON.stringify(outgoing)) as typeof outgoing)).toBe('routed');
  });

  it('refuses one message that the broker refuses, and sends those around it', async () => {
    const { publisher } = ground.broker();
    const good = Array.from({ length: 20 }, (_, index) =>
      publisher.publish(BackupRequested, {}, {}, { id: `around-${index}` }),
    );
    const bad = toOutgoing(BackupRequested, {}, {}, { id: 'bad', source: '/c/1', time: new Date(0) });
    const refused = publisher.send({ ...bad, exchange: 'dag.does-not-exist' });
    const after = Array.from({ length: 20 }, (_, index) =>
      publisher.publish(BackupRequested, {}, {}, { id: `after-${index}` }),
    );
    await expect(refused).rejects.toMatchObject({ failure: { type: 'publish.refused', retryable: false } });
    expect(new Set(await Promise.all([...good, ...after]))).toEqual(new Set(['routed']));
  });

  it('tells the sender that the outcome is unknown when the time is over', async () => {
    const broker = Broker.open({
      url: 'amqp://guest:guest@127.0.0.1:1/',
      service: 'api',
      instance: 't',
      retryForMs: 50,
      log: SILENT_LOG,
    });
    await expect(broker.publisher.publish(BackupRequested, {}, {})).rejects.toMatchObject({
      failure: { type: 'publish.unknown' },
    });
    await expect(broker.ready(100)).rejects.toMatchObject({ failure: { type: 'broker.unreachable' } });
    await broker.close();
    await expect(broker.publisher.publish(BackupRequested, {}, {})).rejects.toMatchObject({
      failure: { type: 'publish.closed' },
    });
  });
});

when('a connection that breaks under load', () => {
  const COUNT = 3_000;
  const CUTS = 4;

  it('loses no message and keeps their order of first arrival', async () => {
    const ground = await Playground.open();
    const broker = ground.broker({ instance: 'cut-me' });
    await broker.ready(8_000);
    const outcomes: string[] = [];
    let confirmed = 0;
    const sending = (async () => {
      for (let index = 0; index < COUNT; index += 1) {
        const sent = broker.publisher.publish(
          StateReportOrdered,
          { member: 'ex01' },
          { reason: String(index) },
          { id: `n-${index}` },
        );
        void sent.then((outcome) => {
          outcomes.push(outcome);
          confirmed += 1;
        });
        if (index % 100 === 99) await sent;
      }
    })();
    for (let part = 1; part <= CUTS; part += 1) {
      await until(`${part} parts of the load`, () => confirmed >= (COUNT / (CUTS + 2)) * part);
      cut(broker, 'publishing');
    }
    await sending;
    await until('every message confirmed', () => confirmed === COUNT);
    expect(outcomes.filter((outcome) => outcome !== 'routed')).toEqual([]);

    const depth = await ground.depth(commandQueue('ex01'));
    expect(depth).toBeGreaterThanOrEqual(COUNT);
    const arrived = (await ground.takeMany(commandQueue('ex01'), depth)).map((message) =>
      String(message.properties.messageId),
    );
    expect([...new Set(arrived)]).toEqual(Array.from({ length: COUNT }, (_, index) => `n-${index}`));
    await ground.close();
  });

  it('holds messages for a broker that is away, and sends them when it is back', async () => {
    const ground = await Playground.open();
    const broker = ground.broker({ instance: `away-${randomUUID()}` });
    await broker.ready(8_000);
    cut(broker, 'publishing');
    const outcome = await broker.publisher.publish(BackupStartOrdered, { member: 'ex01' }, order());
    expect(outcome).toBe('routed');
    await ground.close();
  });
});

function order() {
  return {
    runId: randomUUID(),
    taskId: `${randomUUID()}/1`,
    attemptId: randomUUID(),
    attempt: 1,
    epoch: 1,
    databaseGuid: randomUUID(),
    databaseName: 'DB01',
    backupType: 'full' as const,
    expectedRole: 'passive' as const,
    leaseMs: 10_000,
  };
}
