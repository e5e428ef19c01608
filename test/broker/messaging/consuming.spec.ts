import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  BackupRequested,
  CancelRequested,
  Queues,
  StateReportOrdered,
  commandQueue,
  type BackupRequest,
  type CancelRequest,
  type ReportStateOrder,
} from '#contracts';
import { Handles, MessageContext, PermanentError, type Broker, type QueueFigures } from '#messaging';
import { startService } from './service.js';
import { until } from '../../support/eventually.js';
import { cut, hasBroker, Playground, recordingLog } from './support.js';

const when = hasBroker ? describe : describe.skip;
const RUN_ID = '11111111-1111-4111-8111-111111111111';

interface Seen {
  readonly id: string;
  readonly context: MessageContext;
  readonly data: object;
}

const seen: Seen[] = [];
let failing: (data: BackupRequest) => Error | undefined = () => undefined;
/** Work of a handler that hands its message on. */
const handedOn: (() => void)[] = [];

@Controller()
class Inbox {
  @Handles(BackupRequested, Queues.conductorInbox)
  async requested(@Payload() data: BackupRequest, @Ctx() context: MessageContext): Promise<void> {
    seen.push({ id: context.envelope.id, context, data });
    const error = failing(data);
    if (error) throw error;
  }

  @Handles(CancelRequested, Queues.conductorInbox)
  async cancelled(data: CancelRequest, context: MessageContext): Promise<void> {
    seen.push({ id: context.envelope.id, context, data });
    if (data.requestedBy === 'handed on') await context.handOn(new Promise<void>((resolve) => handedOn.push(resolve)));
  }
}

@Controller()
class Commands {
  @Handles(StateReportOrdered, 'commands')
  ordered(data: ReportStateOrder, context: MessageContext): void {
    seen.push({ id: context.envelope.id, context, data });
  }
}

when('consuming', () => {
  let ground: Playground;
  let broker: Broker;
  const log = recordingLog();
  let app: INestMicroservice;
  const publish = (id: string, requestedBy = 'test') =>
    broker.publisher.publish(BackupRequested, {}, { requestedBy }, { id });
  const inbox = (): QueueFigures => {
    const figures = broker.figures().queues.find(({ queue }) => queue === Queues.conductorInbox);
    if (!figures) throw new Error('the inbox is not consumed');
    return figures;
  };
  const timesSeen = (id: string) => seen.filter((each) => each.id === id).length;

  beforeAll(async () => {
    ground = await Playground.open();
    broker = ground.broker({ log });
    const queues = [{ name: Queues.conductorInbox }, { name: commandQueue('ex01'), as: 'commands', prefetch: 5 }];
    app = await startService(broker, [Inbox, Commands], { queues });
  });
  afterAll(async () => {
    await app.close();
    await ground.close();
  });
  beforeEach(async () => {
    await ground.channel.purgeQueue('dag.conductor.error');
    await ground.channel.purgeQueue('dag.conductor.skipped');
    seen.length = 0;
    failing = () => undefined;
  });

  it('hands the handler an instance of the DTO and the context', async () => {
    await publish('dto');
    await until('handled', () => timesSeen('dto') === 1);
    const [first] = seen;
    expect(first?.data.constructor.name).toBe('BackupRequest');
    expect(first?.context).toMatchObject({
      queue: Queues.conductorInbox,
      routingKey: 'request.backup',
      redelivered: false,
    });
    expect(first?.context.senderUser).toBe(new URL(ground.url).username);
  });

  it('finds the handler of a queue whose name is known only at run time', async () => {
    await broker.publisher.publish(StateReportOrdered, { member: 'ex01' }, { reason: 'now' }, { id: 'order' });
    await until('handled', () => timesSeen('order') === 1);
    expect(seen[0]?.context.queue).toBe('dag.node.ex01.commands');
  });

  it('takes plain JSON published by hand, and stamps the envelope', async () => {
    await ground.publishByHand('dag.requests', 'request.cancel', JSON.stringify({ runId: RUN_ID }), {
      messageId: 'by-hand',
    });
    await until('handled', () => seen.length === 1);
    expect(seen[0]?.context.envelope).toMatchObject({
      id: 'by-hand',
      type: 'dag.cancel.requested.v1',
      specversion: '1.0',
    });
    expect(seen[0]?.data).toMatchObject({ runId: RUN_ID });
  });

  it('parks a message with every violation in its headers, and handles the next one', async () => {
    const body = JSON.stringify({ backupType: 'everything', copiesPerDatabase: 99, databases: [], unknownField: 1 });
    await ground.publishByHand('dag.requests', 'request.backup', body, {
      messageId: 'bad',
      correlationId: 'c-1',
      headers: { mine: 'kept' },
    });
    await publish('next');
    const parked = await ground.take('dag.conductor.error');
    expect(parked.content.toString()).toBe(body);
    const headers = parked.properties.headers ?? {};
    expect(headers).toMatchObject({
      mine: 'kept',
      'dag-fault-reason': 'validation',
      'dag-fault-queue': Queues.conductorInbox,
      'dag-original-exchange': 'dag.requests',
      'dag-original-key': 'request.backup',
      'dag-fault-service': 'conductor',
    });
    expect(parked.properties).toMatchObject({ messageId: 'bad', correlationId: 'c-1', deliveryMode: 2 });
    const violations = JSON.parse(String(headers['dag-fault-violations'])) as string[];
    expect(violations.map((violation) => violation.split(' ')[0]).toSorted()).toEqual([
      'backupType',
      'copiesPerDatabase',
      'databases',
    ]);
    await until('the next one', () => timesSeen('next') === 1);
    expect(timesSeen('bad')).toBe(0);
  });

  it.each([
    ['malformed JSON', '{"half":', 'malformed-json', 'dag.conductor.error'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'malformed-json', 'dag.conductor.error'],
    [
      'an envelope without an id',
      JSON.stringify({ specversion: '1.0', type: 'dag.backup.requested.v1', data: {} }),
      'bad-envelope',
      'dag.conductor.error',
    ],
    ['a list', '[]', 'validation', 'dag.conductor.error'],
    [
      'a type of a later version',
      JSON.stringify({
        specversion: '1.0',
        id: 'x',
        source: '/a',
        time: '2026-01-01T00:00:00Z',
        type: 'dag.backup.requested.v9',
        data: {},
      }),
      'unknown-type',
      'dag.conductor.skipped',
    ],
    [
      'a type that this service does not handle',
      JSON.stringify({
        specversion: '1.0',
        id: 'x',
        source: '/a',
        time: '2026-01-01T00:00:00Z',
        type: 'dag.node.report-state.v1',
        data: { reason: 'r' },
      }),
      'no-handler',
      'dag.conductor.skipped',
    ],
  ])('parks %s as what it is', async (_, body, reason, queue) => {
    await ground.publishByHand('dag.requests', 'request.backup', body);
    const parked = await ground.take(queue);
    expect(parked.properties.headers).toMatchObject({ 'dag-fault-reason': reason });
    expect(parked.content).toEqual(Buffer.from(body));
    await publish('still-alive');
    await until('the next one', () => timesSeen('still-alive') === 1);
  });

  it('tries a failing handler again at once, without the broker', async () => {
    failing = () => (seen.length < 3 ? new Error('locked') : undefined);
    const before = inbox();
    await publish('flaky');
    await until('three tries', () => timesSeen('flaky') === 3);
    await until('it counts as handled', () => inbox().handled === before.handled + 1);
    expect(inbox().retries - before.retries).toBe(2);
    expect(await ground.depth('dag.conductor.error')).toBe(0);
  });

  it('sends a failing message through every wait and parks it then, with the ladder in its headers', async () => {
    const before = inbox();
    failing = ({ requestedBy }) => (requestedBy === 'poison' ? new Error('always') : undefined);
    await ground.publishByHand('dag.requests', 'request.backup', JSON.stringify({ requestedBy: 'poison' }), {
      messageId: 'poison',
    });
    const parked = await ground.take('dag.conductor.error');
    await until(
      'it counts as delayed and as parked',
      () => inbox().delayed === before.delayed + 3 && inbox().parked === before.parked + 1,
    );
    expect(parked.properties.messageId).toBe('poison');
    expect(parked.properties.headers).toMatchObject({
      'dag-fault-reason': 'retries-exhausted',
      'dag-original-exchange': 'dag.requests',
      'dag-original-key': 'request.backup',
      'dag-attempt': 3,
    });
    expect(timesSeen('poison')).toBe(12);
    expect(seen.at(-1)?.context).toMatchObject({
      exchange: 'dag.requests',
      routingKey: 'request.backup',
      redelivered: true,
    });
  });

  it('keeps a message with the broker while it cannot be put away safely', async () => {
    await ground.channel.unbindQueue('dag.wait.5s', 'dag.wait', '5s.#');
    log.events.length = 0;
    failing = () => new Error('always');
    await publish('homeless');
    await until('it is given back', () => log.events.includes('message.given-back'));
    expect(inbox().givenBack).toBeGreaterThanOrEqual(1);
    expect(await ground.depth('dag.wait.5s')).toBe(0);
    await ground.channel.bindQueue('dag.wait.5s', 'dag.wait', '5s.#');
    const before = timesSeen('homeless');
    failing = () => undefined;
    await until('it is handled again', () => timesSeen('homeless') > before);
    expect(await ground.depth('dag.conductor.error')).toBe(0);
  });

  it('parks at once what no retry can help', async () => {
    failing = () => new PermanentError('unknown-run', ['no run has this id']);
    await publish('permanent');
    const parked = await ground.take('dag.conductor.error');
    expect(parked.properties.headers).toMatchObject({
      'dag-fault-reason': 'unknown-run',
      'dag-fault-violations': '["no run has this id"]',
    });
    expect(timesSeen('permanent')).toBe(1);
  });

  it('handles an inbox one after the other, in order', async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `order-${index}`);
    failing = () => (seen.length === 10 ? new Error('once') : undefined);
    await Promise.all(ids.map((id) => publish(id)));
    await until('all handled', () => seen.length === 51);
    const inOrder = [...ids.slice(0, 10), ...ids.slice(9)];
    expect(seen.map((each) => each.id)).toEqual(inOrder);
  });

  it('lets the next begin when a handler hands its message on, in order, and acknowledges it when its work is done', async () => {
    const ids = ['on-1', 'on-2', 'on-3'];
    for (const id of ids) {
      await broker.publisher.publish(CancelRequested, {}, { runId: RUN_ID, requestedBy: 'handed on' }, { id });
    }
    await until('all are begun', () => handedOn.length === ids.length);
    expect(seen.map(({ id }) => id)).toEqual(ids);
    cut(broker, 'consuming');
    // None was acknowledged, so all come again.
    await until('all come again', () => seen.length === 2 * ids.length);
    for (const done of handedOn.splice(0)) done();
    await publish('after');
    await until('the next is handled', () => timesSeen('after') === 1);
    expect(seen.map(({ id }) => id)).toEqual([...ids, ...ids, 'after']);
  });

  it('consumes again after its queue was deleted and made anew', async () => {
    log.events.length = 0;
    await ground.channel.deleteQueue(Queues.conductorInbox);
    await until('the cancellation', () => log.events.includes('broker.channel-recycled'));
    await ground.channel.assertQueue(Queues.conductorInbox, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true },
    });
    await ground.channel.bindQueue(Queues.conductorInbox, 'dag.requests', 'request.#');
    await publish('after-deletion');
    await until('handled', () => timesSeen('after-deletion') > 0);
    expect(timesSeen('after-deletion')).toBe(1);
  });

  it('consumes again after the broker closed its channel', async () => {
    log.events.length = 0;
    acknowledgeUnknownTag(app);
    await until('the loss of the channel', () => log.events.includes('broker.channel-lost'));
    await publish('after-channel-error');
    await until('handled', () => timesSeen('after-channel-error') > 0);
    expect(timesSeen('after-channel-error')).toBe(1);
  });

  it('consumes again after its connection was cut, and loses nothing', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `cut-${index}`);
    const sent = Promise.all(ids.map((id) => publish(id)));
    await until('some handled', () => seen.length > 20);
    cut(broker, 'consuming');
    expect(new Set(await sent)).toEqual(new Set(['routed']));
    await until('all handled', () => new Set(seen.map((each) => each.id)).size === ids.length);
    await until('nothing is left behind', async () => (await ground.depth(Queues.conductorInbox)) === 0);
  });
});

/** The broker answers the acknowledgement of a tag that it never gave by closing the channel (406). */
function acknowledgeUnknownTag(app: INestMicroservice): void {
  const server = app.getTransportServer() as unknown as {
    readonly consumers: readonly { readonly channel: { readonly current?: { ack(message: object): void } } }[];
  };
  server.consumers[0]?.channel.current?.ack({ fields: { deliveryTag: 999_999 } });
}
