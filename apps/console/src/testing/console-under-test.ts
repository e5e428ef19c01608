import { join } from 'node:path';
import {
  newToken,
  type AccessRole,
  type AccessToken,
  type AuditEntry,
  type InventorySnapshot,
  type MaintenanceView,
  type RunView,
} from '#contracts';
import { OneTimeCode } from '../access/one-time-code.js';
import { buildApp } from '../build-app.js';
import { ConsoleCounts } from '../monitoring/counts.js';
import type { ConsoleClient } from '../ports.js';

/** As the build leaves it; only tests in a browser need it. */
const PAGE_FOLDER = join(import.meta.dirname, '../../../../dist/apps/console-page');
const HOUR_MS = 60 * 60 * 1_000;
const NOW = '2026-01-31T22:00:00.000Z';

export const RUN_ID = '11111111-1111-4111-8111-111111111111';

export const EMPTY_SNAPSHOT: InventorySnapshot = {
  takenAt: NOW,
  dags: [],
  members: [],
  databases: [],
  missingMembers: [],
};

export const NO_MAINTENANCE: MaintenanceView = {
  limits: [],
  inUse: [],
  drains: [],
  defaultWindow: null,
  answer: null,
};

export function runView(more: Partial<RunView> = {}): RunView {
  return {
    runId: RUN_ID,
    requestId: 'nightly',
    status: 'running',
    requestedBy: null,
    requestedAt: NOW,
    endedAt: null,
    tasksTotal: 0,
    tasksEnded: 0,
    exitCode: null,
    request: {},
    reason: 'at work',
    warnings: [],
    missingMembers: [],
    accounting: { known: 0, backedUp: 0, notNeeded: 0, excluded: 0, failed: 0, open: 0, exclusions: [] },
    counters: { failovers: 0, agentsLost: 0, reroutes: 0 },
    tasks: [],
    log: [],
    ...more,
  };
}

/** What the console asked of the others, by method, in order. */
export type Asked = readonly (readonly [method: string, ...args: readonly unknown[]])[];

/** The HTTP application on a free port, with a client whose other side is a list of answers, which may change. */
export class ConsoleUnderTest {
  readonly asked: [string, ...unknown[]][] = [];
  readonly audited: AuditEntry[] = [];
  readonly oneTimeCode = new OneTimeCode();
  readonly counts = new ConsoleCounts();
  private readonly known: AccessToken[] = [];
  private constructor(private readonly answers: Readonly<Record<string, unknown>>) {}

  private app!: Awaited<ReturnType<typeof buildApp>>;
  url = '';

  static async start(answers: Readonly<Record<string, unknown>> = {}): Promise<ConsoleUnderTest> {
    const console = new ConsoleUnderTest(answers);
    const options = { secureCookies: false, name: 'console-1', behindProxy: false, pageFolder: PAGE_FOLDER };
    console.app = await buildApp(console.client(), options, console.oneTimeCode, { counts: console.counts });
    await console.app.listen(0, '127.0.0.1');
    console.url = await console.app.getUrl();
    return console;
  }

  get nestApp(): Awaited<ReturnType<typeof buildApp>> {
    return this.app;
  }

  /** A good token's text. */
  token(role: AccessRole, expiresInMs = HOUR_MS): string {
    const { token, text } = newToken({ name: `a ${role}`, role, expiresInMs, nowMs: Date.now() });
    this.known.push(token);
    return text;
  }

  revokeAll(): void {
    this.known.length = 0;
  }

  fetch(
    method: string,
    path: string,
    options: { readonly headers?: Record<string, string>; readonly body?: unknown } = {},
  ): Promise<Response> {
    const { headers = {}, body } = options;
    return fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  private client(): ConsoleClient {
    const access = {
      tokens: async () => [...this.known],
      issueToken: async (token: AccessToken) => void this.known.push(token),
      recordAction: async (entry: AuditEntry) => void this.audited.push(entry),
    };
    const proxy = (own: object, prefix: string): object =>
      new Proxy(own, {
        get: (target, name) => {
          // What Nest and promises look for on any object.
          if (typeof name === 'symbol' || /^(then$|on[A-Z]|beforeApplication)/.test(name)) return undefined;
          if (name in target) return (target as Readonly<Record<string, unknown>>)[name];
          return (...args: readonly unknown[]) => {
            this.asked.push([`${prefix}${name}`, ...args]);
            return answerWith(this.answers[`${prefix}${name}`], args);
          };
        },
      });
    return proxy({ access: proxy(access, 'access.') }, '') as ConsoleClient;
  }
}

/** An error is how the others refuse; a function makes the answer, also one that goes on, like that of `watch`. */
function answerWith(answer: unknown, args: readonly unknown[]): unknown {
  if (typeof answer === 'function') return (answer as (...given: readonly unknown[]) => unknown)(...args);
  return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
}
