import { describe, expect, it } from '@jest/globals';
import { BackupRequested } from '#contracts';
import { SILENT_LOG } from '../connection/log.js';
import { QueueCounts } from '../figures.js';
import type { PublishOutcome } from '../publishing/publisher.js';
import { PermanentError } from './errors.js';
import { inboundOf, type Inbound } from './inbound.js';
import { Processor } from './processor.js';

const QUEUE = 'dag.conductor.inbox';
const OUTAGE = new Error('the database is away');

function request(routingKey = 'request.backup', body = '{}'): Inbound {
  const message = {
    content: Buffer.from(body),
    fields: { deliveryTag: 1, redelivered: false, exchange: 'dag.requests', routingKey, consumerTag: 'c' },
    properties: { headers: {}, messageId: 'm' },
  };
  return inboundOf(message as unknown as Parameters<typeof inboundOf>[0], QUEUE, 'dag-conductor');
}

/** Processes one message whose handler does what the test says, and gives back what was counted that is not 0. */
async function countedAfter(
  handle: (counts: QueueCounts) => unknown,
  inbound: Inbound = request(),
  outcome: PublishOutcome = 'routed',
): Promise<Partial<QueueCounts>> {
  const counts = new QueueCounts();
  const options = {
    parkAs: 'conductor' as const,
    verifySender: false,
    isOutage: (error: unknown) => error === OUTAGE,
    source: '/conductor/test',
    sender: { service: 'conductor', user: 'dag-conductor' },
  };
  const processor = new Processor(
    { transmit: async () => outcome },
    { send: () => undefined },
    options,
    counts,
    SILENT_LOG,
  );
  const handlers = new Map([[BackupRequested.type, { where: 'test', handle: async () => handle(counts) }]]);
  await processor.process(inbound, handlers, true, new AbortController().signal).catch(() => undefined);
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

describe('what is counted of a message', () => {
  it('is that it was handled', async () => {
    expect(await countedAfter(() => undefined)).toEqual({ handled: 1 });
  });

  it('is each further try, until it is handled', async () => {
    let tries = 0;
    const flaky = (): void => {
      tries += 1;
      if (tries < 3) throw new Error('locked');
    };
    expect(await countedAfter(flaky)).toEqual({ retries: 2, handled: 1 });
  });

  it('is that it was delayed, when all tries failed', async () => {
    const always = (): never => {
      throw new Error('always');
    };
    expect(await countedAfter(always)).toEqual({ retries: 2, delayed: 1 });
  });

  it('is that it was parked, for whatever cannot be helped', async () => {
    const final = (): never => {
      throw new PermanentError('unknown-run');
    };
    expect(await countedAfter(final)).toEqual({ parked: 1 });
    expect(await countedAfter(() => undefined, request('request.backup', '{"backupType":"none"}'))).toEqual({
      parked: 1,
    });
    expect(await countedAfter(() => undefined, request('request.backup', 'no JSON'))).toEqual({ parked: 1 });
  });

  it('is that it was skipped, where nothing handles its type', async () => {
    const runId = '11111111-1111-4111-8111-111111111111';
    const cancel = request('request.cancel', JSON.stringify({ runId }));
    expect(await countedAfter(() => undefined, cancel)).toEqual({ skipped: 1 });
  });

  it('is nothing put away that no queue took', async () => {
    const final = (): never => {
      throw new PermanentError('unknown-run');
    };
    expect(await countedAfter(final, request(), 'unroutable')).toEqual({});
  });

  it('is that it is held, for as long as what the service needs is away', async () => {
    const held: number[] = [];
    const away = (counts: QueueCounts): void => {
      held.push(counts.held);
      if (held.length < 3) throw OUTAGE;
    };
    expect(await countedAfter(away)).toEqual({ retries: 2, handled: 1 });
    expect(held).toEqual([0, 1, 1]);
  });
});
