import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACCESS_ROLES, FailureError, failure, type AccessRole } from '#contracts';
import { openApiOf } from './openapi/document.js';
import { EMPTY_SNAPSHOT, RUN_ID, ConsoleUnderTest } from './testing/console-under-test.js';

const PUBLIC: readonly string[] = ['POST /api/session', 'POST /api/session/link', 'GET /api/health'];

interface FoundRoute {
  readonly method: string;
  readonly path: string;
}

describe('every route', () => {
  let console: ConsoleUnderTest;
  beforeAll(async () => {
    const answer = new FailureError(failure('asked.and-answered', 'the others were asked', { retryable: false }));
    const names = [
      'snapshot',
      'runs',
      'run',
      'explain',
      'cancel',
      'backup',
      'restore',
      'preflightRestore',
      'backups',
      'throughput',
      'plan',
      'maintenance',
      'changeLimits',
      'drainMember',
      'resumeMember',
      'alarms',
      'acknowledge',
      'doctor',
      'access.audit',
      'access.revokeToken',
    ];
    console = await ConsoleUnderTest.start(Object.fromEntries(names.map((name) => [name, answer])));
  });
  afterAll(() => console.stop());

  /** From the document, which is made from the routes themselves. */
  const routes = (): readonly FoundRoute[] =>
    Object.entries(openApiOf(console.nestApp).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name.endsWith('Id') ? RUN_ID : 'ex01')),
      })),
    );

  const needed = (route: FoundRoute): string => {
    const document = openApiOf(console.nestApp).paths as unknown as Record<
      string,
      Record<string, { description: string }>
    >;
    const found = Object.entries(document).find(([path]) => matches(path, route.path))?.[1][route.method.toLowerCase()];
    return /role (\w+)/.exec(found?.description ?? '')?.[1] ?? 'public';
  };

  const status = async (route: FoundRoute, headers: Record<string, string>): Promise<number> => {
    const abort = new AbortController();
    const response = await fetch(`${console.url}${route.path}`, {
      method: route.method,
      headers,
      signal: abort.signal,
    });
    abort.abort();
    return response.status;
  };

  it('is refused to those who are not signed in, unless it is meant for them', async () => {
    for (const route of routes()) {
      const name = `${route.method} ${route.path}`;
      const outcome = await status(route, {});
      expect({ name, refused: outcome === 401 }).toEqual({
        name,
        refused: !PUBLIC.includes(name) || isSignIn(name, outcome),
      });
    }
    expect(routes().length).toBeGreaterThan(12);
  });

  it.each(ACCESS_ROLES)('lets %s do what that role may, and nothing else', async (role) => {
    const authorization = `Bearer ${console.token(role)}`;
    for (const route of routes()) {
      const name = `${route.method} ${route.path}`;
      const least = needed(route);
      if (least === 'public') continue;
      const outcome = await status(route, { authorization });
      const allowed = ACCESS_ROLES.indexOf(role) >= ACCESS_ROLES.indexOf(least as AccessRole);
      expect({ name, role, allowed: outcome !== 403 && outcome !== 401 }).toEqual({ name, role, allowed });
    }
  });

  it('that changes something is for operators at least, and is audited', () => {
    const paths = openApiOf(console.nestApp).paths as unknown as Record<
      string,
      Record<string, { description: string }>
    >;
    const open = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method, { description }]) => method !== 'get' && !/role (operator|administrator)/.test(description))
        .map(([method]) => `${method} ${path}`),
    );
    expect(open.toSorted()).toEqual(['delete /api/session', 'post /api/session', 'post /api/session/link']);
  });

  it('has all its schemas in the document', () => {
    const document = openApiOf(console.nestApp);
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !document.components?.schemas?.[name])).toEqual([]);
  });

  it('is in the checked-in document, which is also served (else run: npm run generate)', async () => {
    const checkedIn: unknown = JSON.parse(
      await readFile(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8'),
    );
    expect(JSON.parse(JSON.stringify(openApiOf(console.nestApp)))).toEqual(checkedIn);
    expect(await (await console.fetch('GET', '/api')).json()).toEqual(checkedIn);
  });

  it('unknown is answered with problem details', async () => {
    const response = await console.fetch('GET', '/api/nothing');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  });

  function isSignIn(name: string, outcome: number): boolean {
    return name.includes('/api/session') && outcome === 401;
  }
});

function matches(template: string, path: string): boolean {
  const words = template.split('/');
  const others = path.split('/');
  return words.length === others.length && words.every((word, index) => word.startsWith('{') || word === others[index]);
}

describe('the answer of the others', () => {
  it('comes through as it is, and their failures as problems', async () => {
    const console = await ConsoleUnderTest.start({
      snapshot: EMPTY_SNAPSHOT,
      run: new FailureError(failure('run.unknown', 'there is no such run', { retryable: false })),
      runs: new FailureError(failure('query.timeout', 'nobody answered', { retryable: true })),
    });
    const headers = { authorization: `Bearer ${console.token('viewer')}` };
    try {
      expect(await (await console.fetch('GET', '/api/snapshot', { headers })).json()).toEqual(EMPTY_SNAPSHOT);
      const unknown = await console.fetch('GET', `/api/runs/${RUN_ID}`, { headers });
      expect([unknown.status, await unknown.json()]).toMatchObject([
        404,
        { type: 'run.unknown', detail: 'there is no such run' },
      ]);
      expect((await console.fetch('GET', '/api/runs', { headers })).status).toBe(504);
    } finally {
      await console.stop();
    }
  });
});
