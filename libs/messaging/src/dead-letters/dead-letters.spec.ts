import type { Message } from 'amqplib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Queues, parkQueue, parkingQueues } from '#contracts';
import { FaultHeaders, OriginHeaders } from '../consuming/headers.js';
import { inboundOf } from '../consuming/inbound.js';
import { parkedCopy } from '../consuming/putting-away.js';
import { parkedMessageOf } from './parked-message.js';
import { replayOf, type Replay } from './replay.js';

interface Parts {
  readonly properties?: object;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: string | Buffer;
  readonly exchange?: string;
  readonly routingKey?: string;
}

function raw({ properties = {}, headers = {}, body = '{}', exchange = 'dag.park', routingKey = 'k' }: Parts): Message {
  return {
    content: Buffer.from(body),
    fields: { deliveryTag: 1, redelivered: false, exchange, routingKey },
    properties: { headers, ...properties } as Message['properties'],
  };
}

const ERROR = parkQueue('conductor', 'error');
const FAILED_AT = '2026-01-31T22:00:00.000Z';

interface Parking {
  readonly queue: string;
  readonly reason: string;
  readonly user: string;
  readonly body: string;
}

/** As a service parks it: sent there by that user, failed in that queue for that reason. */
function parked(
  exchange: string,
  routingKey: string,
  { queue = Queues.conductorInbox, reason = 'retries-exhausted', user = 'dag-api', body = '{}' }: Partial<Parking> = {},
) {
  const service = queue === Queues.inventoryInbox ? 'inventory' : 'conductor';
  const sent = raw({ properties: { userId: user, messageId: 'm1' }, exchange, routingKey, body });
  const inbound = inboundOf({ ...sent, fields: { ...sent.fields, consumerTag: 'c' } }, queue, `dag-${service}`);
  const copy = parkedCopy(inbound, { park: 'error', reason, message: 'why', violations: ['a', 'b'] }, service, {
    id: 'm1',
    sender: { service, user: `dag-${service}` },
    now: new Date(FAILED_AT),
  });
  return parkedMessageOf(copy.routingKey, raw({ properties: copy.options, headers: copy.options.headers, body }));
}

function dead(queue: string, exchange: string, key: string, properties: object = {}) {
  const death = {
    queue,
    reason: 'delivery_limit',
    exchange,
    'routing-keys': [key],
    time: { '!': 'timestamp', value: 0 },
  };
  return parkedMessageOf(
    Queues.dead,
    raw({ properties: { messageId: 'm1', ...properties }, headers: { 'x-death': [death] }, exchange: 'dag.dlx' }),
  );
}

function unrouted(exchange: string, routingKey: string, parts: Parts = {}) {
  return parkedMessageOf(Queues.unrouted, raw({ properties: { messageId: 'm1' }, ...parts, exchange, routingKey }));
}

describe('a parked message says of itself', () => {
  it('why its service parked it, and where it was sent', () => {
    expect(parked('dag.requests', 'request.backup')).toMatchObject({
      queue: ERROR,
      id: 'm1',
      type: 'dag.backup.requested.v1',
      at: FAILED_AT,
      reason: 'retries-exhausted',
      message: 'why',
      violations: ['a', 'b'],
      failedIn: Queues.conductorInbox,
      origin: { exchange: 'dag.requests', routingKey: 'request.backup', user: 'dag-api' },
      user: 'dag-conductor',
    });
  });

  it('what the broker says of one that no consumer finished', () => {
    expect(dead(Queues.conductorInbox, 'dag.requests', 'request.backup', { userId: 'dag-api' })).toMatchObject({
      at: '1970-01-01T00:00:00.000Z',
      reason: 'delivery_limit',
      failedIn: Queues.conductorInbox,
      origin: { exchange: 'dag.requests', routingKey: 'request.backup', user: 'dag-api' },
    });
  });

  it('where one was sent that no queue took', () => {
    expect(unrouted('dag.requests', 'request.bakup', { properties: { timestamp: 0 } })).toMatchObject({
      reason: 'unrouted',
      failedIn: null,
      at: '1970-01-01T00:00:00.000Z',
      origin: { exchange: 'dag.requests', routingKey: 'request.bakup', user: null },
    });
  });

  it('what its envelope says, when its properties do not', () => {
    const body = JSON.stringify({
      specversion: '1.0',
      id: 'e1',
      type: 'dag.x.v9',
      source: '/s',
      time: FAILED_AT,
      data: 1,
    });
    expect(unrouted('dag.events', 'x', { body, properties: {} })).toMatchObject({ id: 'e1', type: 'dag.x.v9' });
  });

  it.each([
    ['none', undefined],
    ['one that clears a screen', '\u001b[2J'],
    ['one that is too long', 'x'.repeat(300)],
    ['a number', 7],
  ])('a digest of its content where its id is %s', (_, messageId) => {
    const id = (body: string) => unrouted('dag.requests', 'x', { properties: { messageId }, body }).id;
    expect(id('one')).toMatch(/^sha256-[0-9a-f]{16}$/);
    expect(id('one')).toBe(id('one'));
    expect(id('one')).not.toBe(id('two'));
  });

  it.each([
    ['["a",{"b":1}]', ['a', '{"b":1}']],
    ['"a"', ['"a"']],
    ['no JSON', ['no JSON']],
    [['a'], []],
  ])('what is wrong with it, however that is written: %j', (violations, expected) => {
    const message = parkedMessageOf(ERROR, raw({ headers: { [FaultHeaders.violations]: violations } }));
    expect(message.violations).toEqual(expected);
  });

  it('something, whatever was written into it', () => {
    const names = [...Object.values(FaultHeaders), ...Object.values(OriginHeaders), 'x-death'];
    const headers = fc.dictionary(fc.constantFrom(...names), fc.anything());
    const properties = fc.record({
      messageId: fc.anything(),
      type: fc.anything(),
      userId: fc.anything(),
      timestamp: fc.anything(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...parkingQueues()),
        headers,
        properties,
        fc.uint8Array(),
        (queue, table, rest, bytes) => {
          const message = parkedMessageOf(queue, raw({ headers: table, properties: rest, body: Buffer.from(bytes) }));
          expect(message.id).toMatch(/^[\x21-\x7e]{1,200}$/);
          expect(message.reason).not.toBe('');
          expect(['giveBack', 'publish', 'refused']).toContain(replayOf(message).kind);
        },
      ),
    );
  });
});

const back = (to: string): Replay => ({ kind: 'giveBack', to, onlyById: null });
const refusing = (text: string) => ({ kind: 'refused', why: expect.stringContaining(text) });

describe('a replay', () => {
  it.each([
    ['a request', parked('dag.requests', 'request.backup'), back(Queues.conductorInbox)],
    ['a result', parked('dag.results', 'node.ex01.attempt.ended'), back(Queues.conductorInbox)],
    [
      'a result that the inventory could not handle',
      parked('dag.results', 'node.ex01.attempt.ended', { queue: Queues.inventoryInbox }),
      back(Queues.inventoryInbox),
    ],
    [
      'a token',
      parked('dag.requests', 'access.token-issued', { queue: Queues.inventoryInbox }),
      back(Queues.inventoryInbox),
    ],
    [
      'a request whose reason nobody knows',
      parked('dag.requests', 'request.backup', { reason: 'constructor' }),
      back(Queues.conductorInbox),
    ],
    [
      'a message of a newer version',
      {
        ...parked('dag.results', 'node.ex01.attempt.paused', { reason: 'unknown-type' }),
        queue: 'dag.conductor.skipped',
      },
      back(Queues.conductorInbox),
    ],
  ])('gives %s back to the queue in which it failed', (_, message, expected) => {
    expect(replayOf(message)).toEqual(expected);
  });

  it('publishes a request again that reached no queue, and one that a service died of, if it is named', () => {
    const publication = {
      kind: 'publish',
      exchange: 'dag.requests',
      routingKey: 'request.backup',
      bindings: [{ exchange: 'dag.requests', queue: Queues.conductorInbox, key: 'request.#' }],
    };
    expect(replayOf(unrouted('dag.requests', 'request.backup'))).toEqual({ ...publication, onlyById: null });
    expect(replayOf(dead(Queues.conductorInbox, 'dag.requests', 'request.backup'))).toEqual({
      ...publication,
      onlyById: expect.stringContaining('died of it'),
    });
  });

  it('finds where a message was sent that had waited before a service died of it', () => {
    const headers = { [OriginHeaders.exchange]: 'dag.requests', [OriginHeaders.routingKey]: 'request.cancel' };
    const death = { queue: Queues.conductorInbox, exchange: 'dag.redeliver', 'routing-keys': ['5s.q'] };
    const message = parkedMessageOf(Queues.dead, raw({ headers: { ...headers, 'x-death': [death] } }));
    expect(replayOf(message)).toMatchObject({ kind: 'publish', routingKey: 'request.cancel' });
  });

  it.each([
    ['by its key', parked('dag.requests', 'request.restore')],
    [
      'by its type',
      parked('dag.requests', 'request.backup', {
        body: JSON.stringify({ specversion: '1.0', id: 'x', type: 'dag.restore.requested.v1', data: {} }),
      }),
    ],
    ['that reached no queue', unrouted('dag.requests', 'request.restore')],
  ])('of a restore has to name it: %s', (_, message) => {
    expect(replayOf(message)).toMatchObject({ onlyById: expect.stringContaining('overwrite') });
  });

  it.each<[string, ReturnType<typeof parked>, string]>([
    [
      'an order an agent parked',
      { ...parked('dag.commands', 'ex01'), queue: parkQueue('node', 'error') },
      'order to an agent',
    ],
    ['an order an agent died of', dead('dag.node.ex01.commands', 'dag.commands', 'ex01'), 'order to an agent'],
    ['an order that reached nobody', unrouted('dag.commands', 'ex01'), 'order to an agent'],
    ['a question', parked('dag.queries', 'conductor', { queue: Queues.conductorQueries }), 'a question'],
    ['a heartbeat', parked('dag.heartbeats', 'ex01', { queue: Queues.conductorHeartbeats }), 'a question'],
    ['an old report', parked('dag.results', 'node.ex01.report', { queue: Queues.inventoryInbox }), 'how things stood'],
    ['an old move', parked('dag.inventory', 'd.ex01.database-failed-over'), 'how things stood'],
    ['broken JSON', parked('dag.requests', 'request.backup', { reason: 'malformed-json' }), 'no JSON'],
    [
      'what a stranger said',
      parked('dag.results', 'node.ex01.attempt.ended', { reason: 'sender-mismatch' }),
      'speaks for',
    ],
    ['what only a member can say', unrouted('dag.results', 'node.ex01.attempt.ended'), 'only the member itself'],
    ['what nobody can hear', unrouted('dag.requests', 'backup'), '"backup"'],
    ['what the conductor did', unrouted('dag.events', 'run.d.completed'), 'dagctl runs'],
    ['what came by the redelivery exchange', parked('dag.redeliver', 'x'), 'headers do not say'],
    ['what has no headers', parkedMessageOf(ERROR, raw({})), 'headers do not say'],
    ['what lies elsewhere', { ...parked('dag.requests', 'request.backup'), queue: 'mine' }, 'no queue where'],
  ])('is refused for %s, in words that say why', (_, message, why) => {
    expect(replayOf(message)).toEqual(refusing(why));
  });
});
