import type { ConsumeMessage } from 'amqplib';
import { describe, expect, it } from '@jest/globals';
import { FailureError, NodeReport, failure } from '#contracts';
import { decode } from './decode.js';
import { PermanentError } from './errors.js';
import { afterFailure, OUTAGE_HOLD_MAX_MS } from './failure-policy.js';
import { FaultHeaders, OriginHeaders, WaitHeaders } from './headers.js';
import { inboundOf } from './inbound.js';
import { parkedCopy, waitingCopy } from './putting-away.js';
import { validated } from './validate.js';

const META = { id: 'm', sender: { service: 'conductor', user: 'dag-conductor' }, now: new Date(0) };

function message(properties: object, body = '{}', fields: object = {}): ConsumeMessage {
  return {
    content: Buffer.from(body),
    fields: {
      deliveryTag: 1,
      redelivered: false,
      exchange: 'dag.results',
      routingKey: 'node.ex01.attempt.accepted',
      consumerTag: 'c',
      ...fields,
    },
    properties: { headers: {}, ...properties } as ConsumeMessage['properties'],
  };
}

describe('what becomes of a failed message', () => {
  it.each([
    [1, 0, { kind: 'retry', delayMs: 100 }],
    [2, 0, { kind: 'retry', delayMs: 500 }],
    [3, 0, { kind: 'wait', step: '5s' }],
    [3, 1, { kind: 'wait', step: '1m' }],
    [3, 2, { kind: 'wait', step: '10m' }],
    [
      3,
      3,
      {
        kind: 'park',
        rejection: {
          park: 'error',
          reason: 'retries-exhausted',
          message: 'failed 4 times, the last time with: locked',
          violations: [],
        },
      },
    ],
  ])('after try %i and %i waits', (tries, waits, expected) => {
    expect(afterFailure(new Error('locked'), tries, waits)).toEqual(expected);
  });

  it('holds it while the service itself cannot work, but not for ever', () => {
    const held = { kind: 'retry', delayMs: 500 };
    expect(afterFailure(new Error('no database'), 1, 0, 0)).toEqual(held);
    expect(afterFailure(new Error('no database'), 2_000, 3, OUTAGE_HOLD_MAX_MS - 1)).toEqual(held);
    expect(afterFailure(new Error('no database'), 2_001, 0, OUTAGE_HOLD_MAX_MS)).toEqual({ kind: 'wait', step: '5s' });
    expect(afterFailure(new PermanentError('no-such-run'), 1, 0, 0)).toMatchObject({ kind: 'park' });
  });

  it('parks at once what is final, and retries a failure that says that it may pass', () => {
    expect(afterFailure(new PermanentError('no-such-run'), 1, 0)).toMatchObject({
      kind: 'park',
      rejection: { reason: 'no-such-run' },
    });
    const final = new FailureError(failure('copy.missing', 'gone', { retryable: false }));
    expect(afterFailure(final, 1, 0)).toMatchObject({
      kind: 'park',
      rejection: { reason: 'copy.missing', message: 'gone' },
    });
    expect(
      afterFailure(new FailureError(failure('host.unavailable', 'busy', { retryable: true })), 1, 0),
    ).toMatchObject({ kind: 'retry' });
  });
});

describe('validation', () => {
  it('names nested violations with their path', () => {
    const result = validated(NodeReport, {
      memberId: 'ex01',
      databases: [{ guid: 'x', copies: [{ member: 'EX01', active: 'yes' }] }],
    });
    const violations = result.ok ? [] : result.violations;
    expect(violations).toContain('databases[0].guid must be a UUID');
    expect(violations).toContain('databases[0].copies[0].active must be a boolean value');
    expect(violations.some((violation) => violation.startsWith('memberName '))).toBe(true);
  });

  it('survives data nested without end', () => {
    const deep = `{"databases":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(validated(NodeReport, JSON.parse(deep))).toMatchObject({ ok: false });
  });
});

describe('a message that came back from a wait queue', () => {
  const waited = {
    userId: 'dag-conductor',
    headers: {
      [OriginHeaders.exchange]: 'dag.results',
      [OriginHeaders.routingKey]: 'node.ex01.attempt.accepted',
      [OriginHeaders.user]: 'dag-node-ex01',
      [WaitHeaders.attempt]: 2,
    },
  };
  const back = { exchange: 'dag.redeliver', routingKey: '1m.dag.conductor.inbox' };

  it('is taken as it was first sent', () => {
    expect(inboundOf(message(waited, '{}', back), 'dag.conductor.inbox', 'dag-conductor')).toMatchObject({
      exchange: 'dag.results',
      routingKey: 'node.ex01.attempt.accepted',
      senderUser: 'dag-node-ex01',
      waits: 2,
      genuine: true,
    });
  });

  it('is not believed when another user wrote those headers', () => {
    const forged = inboundOf(
      message({ ...waited, userId: 'dag-node-ex02' }, '{}', back),
      'dag.conductor.inbox',
      'dag-conductor',
    );
    expect(forged).toMatchObject({ exchange: 'dag.redeliver', senderUser: 'dag-node-ex02', waits: 0, genuine: false });
    const direct = inboundOf(message(waited), 'dag.conductor.inbox', 'dag-conductor');
    expect(direct).toMatchObject({ senderUser: 'dag-conductor', waits: 0 });
    const body = {
      specversion: '1.0',
      id: 'x',
      source: '/a',
      time: '2026-01-01T00:00:00Z',
      type: 'dag.node.report-state.v1',
      data: { reason: 'r' },
    };
    const enveloped = inboundOf(message({ userId: 'eve' }, JSON.stringify(body), back), 'q', 'dag-conductor');
    const decoding = decode(enveloped, { newId: () => 'n', now: new Date(0), verifySender: true });
    expect(decoding).toMatchObject({ kind: 'rejected', rejection: { reason: 'sender-mismatch' } });
  });

  it('goes round again without the marks of the broker, and with the time of the first failure', () => {
    const inbound = inboundOf(
      message(
        { ...waited, headers: { ...waited.headers, 'x-death': [], mine: 1 }, expiration: '5', userId: 'dag-conductor' },
        '{}',
        back,
      ),
      'q',
      'dag-conductor',
    );
    const { options, routingKey } = waitingCopy(inbound, '10m', META);
    expect(routingKey).toBe('10m.q');
    expect(options.headers).toEqual({
      mine: 1,
      'dag-attempt': 3,
      'dag-first-failure-at': '1970-01-01T00:00:00.000Z',
      'dag-original-exchange': 'dag.results',
      'dag-original-key': 'node.ex01.attempt.accepted',
      'dag-original-user': 'dag-node-ex01',
    });
    expect(options).toMatchObject({ userId: 'dag-conductor', persistent: true, mandatory: true, messageId: 'm' });
    expect(options.expiration).toBeUndefined();
  });
});

describe('a parked copy', () => {
  const REJECTION = { park: 'error', reason: 'unknown-run', message: 'no run has this id', violations: [] } as const;
  const backFromParking = { exchange: 'dag.redeliver', routingKey: 'replay.q' };
  const given = (inbound: ReturnType<typeof inboundOf>, user = 'dag-conductor') => {
    const { options, content } = parkedCopy(inbound, REJECTION, 'conductor', {
      ...META,
      sender: { service: 's', user },
    });
    return message({ ...options }, content.toString(), backFromParking);
  };

  it('comes back as it was first sent, with the tries it had, and may be parked again', () => {
    const first = inboundOf(message({ userId: 'dag-node-ex01', headers: { mine: 1 } }), 'q', 'dag-conductor');
    const back = inboundOf(given({ ...first, waits: 3, firstFailureAt: 'then' }), 'q', 'dag-conductor');
    expect(back).toMatchObject({
      exchange: 'dag.results',
      routingKey: 'node.ex01.attempt.accepted',
      senderUser: 'dag-node-ex01',
      waits: 3,
      firstFailureAt: 'then',
      genuine: true,
    });
    expect(inboundOf(given(back), 'q', 'dag-conductor')).toMatchObject({ senderUser: 'dag-node-ex01', waits: 3 });
    expect(back.message.properties.headers).toMatchObject({ mine: 1, [FaultHeaders.reason]: 'unknown-run' });
  });

  it('is not believed when another service made it', () => {
    const first = inboundOf(message({ userId: 'dag-node-ex01' }), 'q', 'dag-conductor');
    const forged = inboundOf(given(first, 'dag-node-ex02'), 'q', 'dag-conductor');
    expect(forged).toMatchObject({ exchange: 'dag.redeliver', senderUser: 'dag-node-ex02', genuine: false });
  });

  it('of a message that was not genuine does not become so by coming back', () => {
    const forged = inboundOf(message({ userId: 'eve' }, '{}', backFromParking), 'q', 'dag-conductor');
    expect(inboundOf(given(forged), 'q', 'dag-conductor').genuine).toBe(false);
  });

  it.each([['waits'], ['is parked']])('lets no sender say who it is: its message %s', (how) => {
    const lies = { [OriginHeaders.user]: 'dag-node-ex01', [OriginHeaders.exchange]: 'x', [WaitHeaders.attempt]: 9 };
    const inbound = inboundOf(message({ headers: { ...lies, mine: 1 } }), 'q', 'dag-conductor');
    const copy = how === 'waits' ? waitingCopy(inbound, '5s', META) : parkedCopy(inbound, REJECTION, 'conductor', META);
    expect(copy.options.headers).toMatchObject({ mine: 1, [OriginHeaders.exchange]: 'dag.results' });
    expect(copy.options.headers).not.toHaveProperty([OriginHeaders.user]);
    expect((copy.options.headers as Record<string, unknown>)[WaitHeaders.attempt]).not.toBe(9);
  });

  it('that waits after it was given back does not say any more why it was parked', () => {
    const first = inboundOf(message({ userId: 'dag-api' }), 'q', 'dag-conductor');
    const { options } = waitingCopy(inboundOf(given(first), 'q', 'dag-conductor'), '5s', META);
    expect(Object.keys(options.headers as object).filter((name) => name.startsWith('dag-fault'))).toEqual([]);
  });

  it('never grows headers that cannot be sent', () => {
    const inbound = inboundOf(message({ headers: { big: 'x'.repeat(60_000) } }), 'q', 'u');
    const violations = Array.from({ length: 500 }, (_, index) => `${index} ${'v'.repeat(3_000)}`);
    const { options } = parkedCopy(
      inbound,
      { park: 'error', reason: 'r', message: 'm'.repeat(9_000), violations },
      'node',
      META,
    );
    expect(JSON.stringify(options.headers).length).toBeLessThan(48_000);
    const told = JSON.parse(String((options.headers as Record<string, unknown>)['dag-fault-violations'])) as string[];
    expect(told.at(-1)).toMatch(/^… and \d+ more$/);
    expect(options.headers).toHaveProperty('dag-original-headers');
  });
});
