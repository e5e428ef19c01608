import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newToken, tokenFor } from '#contracts';
import { eventually } from '../../../../test/support/eventually.js';
import { ConsoleUnderTest, RUN_ID, runView } from '../testing/console-under-test.js';
import { OneTimeCode, ONE_TIME_CODE_MS } from './one-time-code.js';
import { SESSIONS_MAX, SESSION_MS, SessionBook } from './session-book.js';
import { SIGN_INS_MAX } from './sign-in-limit.js';

const HOUR_MS = 60 * 60 * 1_000;

describe('a token', () => {
  const { token, text } = newToken({ name: 'Ann', role: 'operator', expiresInMs: HOUR_MS, nowMs: 1_000 });

  it('is found by its text and by nothing near it', () => {
    expect(tokenFor(` ${text}\n`, [token], 2_000)).toBe(token);
    for (const wrong of [
      '',
      'dagc_',
      text.slice(0, -1),
      `${text}x`,
      text.replace('dagc', 'dagd'),
      text.replace(/_[^_]+$/, '_AAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
    ]) {
      expect(tokenFor(wrong, [token], 2_000)).toBeUndefined();
    }
    expect(JSON.stringify(token)).not.toContain(text.slice(`dagc_${token.tokenId}_`.length));
  });

  it('ends', () => {
    expect(tokenFor(text, [token], 1_000 + HOUR_MS - 1)).toBe(token);
    expect(tokenFor(text, [token], 1_000 + HOUR_MS)).toBeUndefined();
  });
});

describe('a session', () => {
  const identity = { actor: 'Ann', role: 'viewer', validUntilMs: 10 * SESSION_MS, tokenId: 't' } as const;
  let counter = 0;
  const book = (): SessionBook => new SessionBook(() => `r${(counter += 1)}`);

  it('ends with its time or with its token, whichever is first', () => {
    const sessions = book();
    const long = sessions.open(identity, 0);
    const short = sessions.open({ ...identity, validUntilMs: 5 }, 0);
    expect(sessions.find(long.id, SESSION_MS - 1)).toBe(long);
    expect(sessions.find(long.id, SESSION_MS)).toBeUndefined();
    expect(sessions.find(short.id, 5)).toBeUndefined();
  });

  it('makes room for the newest when there are too many', () => {
    const sessions = book();
    const first = sessions.open(identity, 0);
    const others = Array.from({ length: SESSIONS_MAX }, () => sessions.open(identity, 0));
    expect(sessions.find(first.id, 0)).toBeUndefined();
    expect(others.every(({ id }) => sessions.find(id, 0) !== undefined)).toBe(true);
  });
});

it('a one-time code works once, in time', () => {
  const code = new OneTimeCode();
  expect(code.redeem('', 0)).toBe(false);
  code.issue('abc', 0);
  expect([code.redeem('abd', 1), code.redeem('abc', 1), code.redeem('abc', 1)]).toEqual([false, true, false]);
  code.issue('abc', 0);
  expect(code.redeem('abc', ONE_TIME_CODE_MS)).toBe(false);
});

describe('signing in', () => {
  let console: ConsoleUnderTest;
  beforeEach(async () => {
    console = await ConsoleUnderTest.start({ backup: { requestId: 'k1' }, waitUntil: runView(), cancel: undefined });
  });
  afterEach(() => console.stop());

  const signIn = async (token: string) => {
    const response = await console.fetch('POST', '/api/session', { body: { token } });
    const cookie = response.headers.get('set-cookie') ?? '';
    const view = (await response.json()) as { readonly csrfToken: string; readonly actor: string };
    return { response, cookie, view };
  };

  it('gives a cookie that no script and no other site can use', async () => {
    const { response, cookie, view } = await signIn(console.token('viewer'));
    expect([response.status, view]).toMatchObject([200, { actor: 'a viewer', role: 'viewer' }]);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const who = await console.fetch('GET', '/api/session', { headers: { cookie: cookie.split(';')[0] ?? '' } });
    expect(await who.json()).toMatchObject({ actor: 'a viewer', csrfToken: view.csrfToken });
  });

  it('a change by the cookie needs the CSRF token as well', async () => {
    const { cookie, view } = await signIn(console.token('operator'));
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    const path = `/api/runs/${RUN_ID}/cancel`;
    expect((await console.fetch('POST', path, { headers })).status).toBe(403);
    expect((await console.fetch('POST', path, { headers: { ...headers, 'x-csrf-token': 'x' } })).status).toBe(403);
    expect(
      (await console.fetch('POST', path, { headers: { ...headers, 'x-csrf-token': view.csrfToken } })).status,
    ).toBe(202);
    expect(console.asked).toEqual([['cancel', RUN_ID, 'a operator']]);
  });

  it('is limited for one address', async () => {
    const outcomes = [];
    for (let tries = 0; tries < SIGN_INS_MAX + 1; tries += 1) outcomes.push((await signIn('wrong')).response.status);
    expect(outcomes).toEqual([...Array.from({ length: SIGN_INS_MAX }, () => 401), 429]);
  });

  it('by the link of the first start works once', async () => {
    console.oneTimeCode.issue('abc', Date.now());
    expect((await console.fetch('POST', '/api/session/link', { body: { code: 'abc' } })).status).toBe(200);
    expect((await console.fetch('POST', '/api/session/link', { body: { code: 'abc' } })).status).toBe(401);
  });

  it('a token made a moment ago is good at once, and one with too short a life is refused with every violation', async () => {
    const authorization = `Bearer ${console.token('administrator')}`;
    const order = { name: 'Ben', role: 'viewer', expiresInMs: HOUR_MS };
    const made = (await (
      await console.fetch('POST', '/api/tokens', { headers: { authorization }, body: order })
    ).json()) as { token: string };
    expect(
      (await console.fetch('GET', '/api/session', { headers: { authorization: `Bearer ${made.token}` } })).status,
    ).toBe(200);
    const wrong = await console.fetch('POST', '/api/tokens', {
      headers: { authorization },
      body: { role: 'king', expiresInMs: 1 },
    });
    expect(await wrong.json()).toMatchObject({
      status: 400,
      violations: [
        expect.stringMatching(/^name/),
        expect.anything(),
        expect.anything(),
        expect.stringMatching(/^role must be one of/),
        expect.stringMatching(/^expiresInMs/),
      ],
    });
  });

  it('every action is audited with actor, address, request and result, without its secrets', async () => {
    const text = console.token('operator');
    const headers = { authorization: `Bearer ${text}`, 'idempotency-key': 'k1' };
    await console.fetch('POST', '/api/backups', { headers, body: { databases: ['MBX01'] } });
    await console.fetch('POST', '/api/tokens', { headers, body: { name: 'x' } });
    await signIn(text);
    await signIn('wrong');
    await eventually(async () => console.audited.length === 4, { what: 'four entries' });
    expect(console.audited).toMatchObject([
      {
        action: 'backup.request',
        actor: 'a operator',
        role: 'operator',
        result: 'done',
        target: RUN_ID,
        request: { databases: ['MBX01'] },
        address: '127.0.0.1',
        console: 'console-1',
      },
      { action: 'token.create', actor: 'a operator', result: 'refused' },
      { action: 'session.sign-in', actor: 'a operator', result: 'done', request: { token: '(not kept)' } },
      { action: 'session.sign-in', actor: 'nobody', result: 'refused' },
    ]);
    expect(JSON.stringify(console.audited)).not.toContain(text);
  });
});

describe('asking for a backup', () => {
  let console: ConsoleUnderTest;
  beforeEach(async () => {
    console = await ConsoleUnderTest.start({ backup: { requestId: 'k1' }, waitUntil: runView() });
  });
  afterEach(() => console.stop());

  it('needs an idempotency key, and hands it on', async () => {
    const authorization = `Bearer ${console.token('operator')}`;
    expect((await console.fetch('POST', '/api/backups', { headers: { authorization }, body: {} })).status).toBe(400);
    const asked = await console.fetch('POST', '/api/backups', {
      headers: { authorization, 'idempotency-key': 'k1' },
      body: {},
    });
    expect([asked.status, await asked.json()]).toMatchObject([202, { runId: RUN_ID }]);
    expect(console.asked[0]).toMatchObject(['backup', { requestId: 'k1', requestedBy: 'a operator' }]);
  });

  it.each(['not json', '[]', '"text"', `{"databases":"MBX01"}`])(
    'refuses the body %s with problem details',
    async (body) => {
      const authorization = `Bearer ${console.token('operator')}`;
      const response = await console.fetch('POST', '/api/backups', {
        headers: { authorization, 'idempotency-key': 'k1' },
        body,
      });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        400,
        'application/problem+json; charset=utf-8',
      ]);
      expect(console.asked).toEqual([]);
    },
  );
});
