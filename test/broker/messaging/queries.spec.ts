import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import {
  ExplainRun,
  FailureError,
  GetSnapshot,
  HeartbeatSent,
  ListRuns,
  GetRun,
  Queues,
  failure,
  type Explanation,
  type Heartbeat,
  type LeaseReply,
  type RunList,
  type RunListQuery,
  type RunView,
} from '#contracts';
import { Handles, SILENT_LOG, type Broker, type LogEntry } from '#messaging';
import { startService } from './service.js';
import { until } from '../../support/eventually.js';
import { cut, hasBroker, Playground } from './support.js';

const when = hasBroker ? describe : describe.skip;
const INSTANCE_ID = '22222222-2222-4222-8222-222222222222';
const GONE_ASKERS = 20;
const RUN_ID = '33333333-3333-4333-8333-333333333333';
let release: () => void = () => undefined;

@Controller()
class Answers {
  @Handles(ListRuns, Queues.conductorQueries)
  async list(query: RunListQuery): Promise<RunList> {
    if (query.limit === 7) {
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    }
    return { runs: [] };
  }

  @Handles(GetRun, Queues.conductorQueries)
  get(): Promise<RunView> {
    throw new FailureError(
      failure('run.unknown', 'no run has this id', { retryable: false, details: { nearest: 'r-1' } }),
    );
  }

  @Handles(ExplainRun, Queues.conductorQueries)
  async explain(): Promise<Explanation> {
    throw new Error('a bug');
  }

  @Handles(HeartbeatSent, Queues.conductorHeartbeats)
  lease({ sequence }: Heartbeat): LeaseReply {
    return { sequence, epoch: 1, grants: [] };
  }

  @Handles(HeartbeatSent, Queues.inventoryHeartbeats)
  async listen(): Promise<void> {
    // The inventory only listens; the conductor's answer must be the one that arrives.
  }
}

when('queries', () => {
  let ground: Playground;
  let asker: Broker;
  let app: INestMicroservice;
  const said: LogEntry[] = [];

  beforeAll(async () => {
    ground = await Playground.open();
    asker = ground.broker({ service: 'api' });
    const queues = [Queues.conductorQueries, Queues.conductorHeartbeats, Queues.inventoryHeartbeats].map((name) => ({
      name,
      serial: false,
    }));
    const log = { ...SILENT_LOG, warn: (entry: LogEntry) => void said.push(entry) };
    app = await startService(ground.broker({ log }), [Answers], { queues });
  });
  afterAll(async () => {
    await app.close();
    await ground.close();
  });

  it('are answered with the reply', async () => {
    expect(await asker.queries.query(ListRuns, {}, { limit: 1 })).toEqual({ runs: [] });
  });

  it('are answered with the failure that the service says', async () => {
    await expect(asker.queries.query(GetRun, {}, { runId: RUN_ID })).rejects.toMatchObject({
      name: 'FailureError',
      failure: { type: 'run.unknown', message: 'no run has this id', retryable: false, details: { nearest: 'r-1' } },
    });
  });

  it('are answered with a failure when the service breaks', async () => {
    await expect(asker.queries.query(ExplainRun, {}, { runId: RUN_ID })).rejects.toMatchObject({
      failure: { type: 'query.failed', retryable: true },
    });
  });

  it('that are wrong are answered with every violation, and parked', async () => {
    await expect(asker.queries.query(ListRuns, {}, { limit: 9_999 })).rejects.toMatchObject({
      failure: { type: 'query.validation', details: { violations: ['limit must not be greater than 500'] } },
    });
    const parked = await ground.take('dag.conductor.error');
    expect(parked.properties.headers).toMatchObject({
      'dag-fault-reason': 'validation',
      'dag-fault-queue': Queues.conductorQueries,
    });
  });

  it('fail at once where nobody can answer', async () => {
    await ground.channel.unbindQueue(Queues.inventoryQueries, 'dag.queries', 'inventory');
    await expect(asker.queries.query(GetSnapshot, {}, {}, { timeoutMs: 60_000 })).rejects.toMatchObject({
      failure: { type: 'query.unroutable' },
    });
    await ground.channel.bindQueue(Queues.inventoryQueries, 'dag.queries', 'inventory');
  });

  it('fail after their time where somebody should answer and does not', async () => {
    await expect(asker.queries.query(GetSnapshot, {}, {}, { timeoutMs: 100 })).rejects.toMatchObject({
      failure: { type: 'query.timeout' },
    });
  });

  it('survive the loss of the connection while they wait', async () => {
    const answer = asker.queries.query(ListRuns, {}, { limit: 7 }, { timeoutMs: 15_000 });
    let first: (() => void) | undefined;
    await until('the question is being answered', () => {
      first = release;
      return release.name === 'resolve' || release.toString() !== (() => undefined).toString();
    });
    cut(asker, 'publishing');
    await until('it is asked again', () => release !== first);
    release();
    expect(await answer).toEqual({ runs: [] });
    first?.();
  });

  it('whose asker is gone with its node of a cluster disturb neither other answers nor what is published', async () => {
    // As RabbitMQ made it up for an asker on another node; it closes the connection on which it is answered.
    const replyTo = 'amq.rabbitmq.reply-to.g1h2AA9yZXBseUAxMjEyOTU0NDQAAAU3AAAAAGsDQOU=.key';
    const heartbeat = { memberId: 'EX01.contoso.local', agentInstanceId: INSTANCE_ID, sequence: 1, attempts: [] };
    for (let count = 0; count < GONE_ASKERS; count += 1)
      await ground.publishByHand('dag.heartbeats', 'ex01', JSON.stringify(heartbeat), {
        type: HeartbeatSent.type,
        replyTo,
      });
    const lost = () => said.filter(({ event }) => event === 'broker.connection-lost');
    await until('the broker was hurt by an answer', () => lost().length > 0);
    await until('others are answered', () =>
      asker.queries.query(HeartbeatSent, { member: 'ex01' }, heartbeat, { timeoutMs: 500 }).then(
        () => true,
        () => false,
      ),
    );
    expect(lost().filter(({ message }) => !message.includes('/answer lost'))).toEqual([]);
  });

  it('of heartbeats are answered by the conductor alone', async () => {
    const heartbeat = { memberId: 'EX01.contoso.local', agentInstanceId: INSTANCE_ID, sequence: 5, attempts: [] };
    expect(await asker.queries.query(HeartbeatSent, { member: 'ex01' }, heartbeat)).toEqual({
      sequence: 5,
      epoch: 1,
      grants: [],
    });
  });
});
