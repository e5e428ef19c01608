import { describe, expect, it } from '@jest/globals';
import picocolors from 'picocolors';
import type { ParkedMessage, Replay } from '#messaging';
import { leftText } from './meant.js';
import { dagctl } from '../../test-support/dagctl.js';
import { renderReplay } from '../render/replays.js';
import { recordOf, renderDeadLetter, renderDeadLetters, summaryOf } from '../render/dead-letters.js';

const LOOK = { columns: 120, colours: picocolors.createColors(false) };

function parked(parts: Partial<ParkedMessage> = {}): ParkedMessage {
  return {
    queue: 'dag.conductor.error',
    id: 'm1',
    type: 'dag.backup.requested.v1',
    at: '2026-01-31T22:00:07.000Z',
    reason: 'validation',
    message: 'it has 1 violation',
    violations: ['copiesPerDatabase must not be greater than 15'],
    failedIn: 'dag.conductor.inbox',
    origin: { exchange: 'dag.requests', routingKey: 'request.backup', user: 'dag-api' },
    user: 'dag-conductor',
    properties: { messageId: 'm1' },
    headers: { 'dag-fault-reason': 'validation' },
    content: Buffer.from('{"copiesPerDatabase":99}'),
    ...parts,
  };
}

describe('dagctl dead-letters', () => {
  it.each([
    ['replay', 'say which message'],
    ['discard --all --yes', 'say which message'],
    ['replay --queue dag.conductor.error', 'say which message'],
    ['replay m1 --queue dag.conductor.error --all --yes', 'not both'],
    ['replay --queue dag.conductor.error --all', '--dry-run first'],
    ['discard m1 --limit 5', '--limit goes with --all'],
    ['discard --queue dag.conductor.error --all --yes --limit 0', '--limit must be'],
    ['list --limit 10001', '--limit must be'],
    ['list --limit 1e3', '--limit must be'],
    ['list --queue dag.conductor.inbox', 'one of dag.conductor.error'],
    ['show', "missing required argument 'ID'"],
  ])('%s is wrong usage, and says what is right', async (line, text) => {
    const { exitCode, err } = await dagctl(`dead-letters ${line}`);
    expect(exitCode).toBe(2);
    expect(err).toContain(text);
  });

  it('says where it tried to reach the broker', async () => {
    const { exitCode, err } = await dagctl('dead-letters list --url amqp://guest:secret@127.0.0.1:1/x');
    expect(exitCode).toBe(12);
    expect(err).toContain('127.0.0.1:1');
    expect(err).not.toContain('secret');
  });
});

describe('a replay', () => {
  const to = 'dag.conductor.inbox';
  const binding = { exchange: 'dag.requests', queue: to, key: 'request.#' } as const;
  const publication = {
    kind: 'publish',
    exchange: 'dag.requests',
    routingKey: 'request.backup',
    bindings: [binding],
  } as const;

  it.each<[Replay, boolean, string]>([
    [{ kind: 'giveBack', to, onlyById: null }, false, 'm1 (dag.backup.requested.v1) went back to dag.conductor.inbox'],
    [
      { kind: 'giveBack', to, onlyById: null },
      true,
      'm1 (dag.backup.requested.v1) would go back to dag.conductor.inbox',
    ],
    [
      { ...publication, onlyById: null },
      false,
      'published again to dag.requests with key "request.backup", for dag.conductor.inbox',
    ],
    [
      { kind: 'refused', why: 'it is old' },
      false,
      'stays in dag.conductor.error: it is old. To take it off: dagctl dead-letters discard m1',
    ],
  ])('says where it went, or why it stays: %j', (found, dryRun, text) => {
    expect(renderReplay(parked(), found, dryRun)).toContain(text);
  });
});

describe('all of a queue', () => {
  const all = { kind: 'all', queue: 'q', limit: 1 } as const;

  it.each([
    [0, [], 0, ['Nothing lies in q.']],
    [1, [parked()], 1, []],
    [3, [parked()], 0, ['2 more lie in q: say the same again.']],
    [3, [parked()], 1, ['2 more lie in q: say the same again with a larger --limit.']],
  ])('of %i says how to get at the rest', (count, messages, staying, text) => {
    expect(leftText(all, { queue: 'q', count, messages }, staying)).toEqual(text);
  });
});

describe('a list of parked messages', () => {
  it('says what lies where, since when and why', () => {
    const text = renderDeadLetters([{ queue: 'dag.conductor.error', count: 3, messages: [parked()] }], LOOK);
    expect(text).toBe(
      [
        'dag.conductor.error: 3 messages, the first 1 of them',
        '  m1  2026-01-31 22:00Z  dag.backup.requested.v1  validation',
        '    sent to dag.requests with key "request.backup" by dag-api, failed in dag.conductor.inbox, put into dag.conductor.error by dag-conductor',
        '    it has 1 violation',
      ].join('\n'),
    );
  });

  it('leaves out what is empty, and says what is not known', () => {
    const unknown = parked({
      type: null,
      at: null,
      message: null,
      failedIn: null,
      user: null,
      origin: { exchange: null, routingKey: null, user: null },
    });
    expect(renderDeadLetters([{ queue: 'dag.dead', count: 0, messages: [] }], LOOK)).toBe('');
    expect(renderDeadLetters([{ queue: 'dag.dead', count: 1, messages: [unknown] }], LOOK)).toMatch(
      /1 message\n {2}m1 {2}at a time unknown {2}of no known type {2}validation\n {4}it is not known where it was sent$/,
    );
  });
});

describe('a parked message', () => {
  it('is shown whole: violations, properties, headers, and a body that can be read', () => {
    const text = renderDeadLetter(parked(), LOOK);
    expect(text).toContain('- copiesPerDatabase must not be greater than 15');
    expect(text).toContain('messageId: "m1"');
    expect(text).toContain('dag-fault-reason: "validation"');
    expect(text).toContain('body (24 bytes, JSON):\n    {\n      "copiesPerDatabase": 99\n    }');
  });

  it.each([
    ['no text', Buffer.from([0xff, 0x00]), 'no text, shown in Base64):\n    /wA='],
    ['no JSON', Buffer.from('{"half":'), 'text, no JSON):\n    {"half":'],
    ['nothing', Buffer.alloc(0), 'body (0 bytes'],
    ['nested without end', Buffer.from('['.repeat(200_000) + ']'.repeat(200_000)), 'body (400000 bytes, JSON)'],
  ])('is shown when its body is %s', (_, content, expected) => {
    expect(renderDeadLetter(parked({ content }), LOOK)).toContain(expected);
  });

  it('bounds what it shows, and says so', () => {
    const violations = Array.from({ length: 100 }, (_, index) => `${index} is wrong`);
    const text = renderDeadLetter(parked({ violations, content: Buffer.from('x'.repeat(1_000_000)) }), LOOK);
    expect(text.length).toBeLessThan(30_000);
    expect(text).toContain('… and 80 more');
    expect(text).toContain('… cut; all of it: --json');
  });

  it('cannot move the cursor, nor turn the text around it', () => {
    const evil = 'a\u001b[2J\u202eb\r\nc\u0007';
    const text = renderDeadLetter(
      parked({
        message: evil,
        reason: evil,
        type: evil,
        violations: [evil],
        headers: { [evil]: evil },
        content: Buffer.from(evil),
      }),
      LOOK,
    );
    expect([...text].filter((character) => /[\p{Cc}\p{Cf}]/u.test(character) && character !== '\n')).toEqual([]);
    expect(text).toContain('a\\u{1b}[2J\\u{202e}b');
  });

  it('is kept as JSON with all there is, in Base64 where it is no text', () => {
    expect(recordOf(parked())).toMatchObject({
      body: '{"copiesPerDatabase":99}',
      sizeBytes: 24,
      headers: expect.anything(),
    });
    expect(recordOf(parked({ content: Buffer.from([0xff]) }))).toMatchObject({ bodyBase64: '/w==' });
    expect(Object.keys(summaryOf(parked()))).not.toEqual(expect.arrayContaining(['body']));
    expect(JSON.stringify(summaryOf(parked({ content: Buffer.alloc(100_000) }))).length).toBeLessThan(2_000);
  });
});
