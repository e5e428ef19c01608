import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InventorySnapshot, RunView, newToken } from '#contracts';
import { validated } from '#messaging';
import '../../../apps/console/src/heap.js';
import { OneTimeCode } from '../../../apps/console/src/access/one-time-code.js';
import { buildApp } from '../../../apps/console/src/build-app.js';
import type { ConsoleClient } from '../../../apps/console/src/ports.js';
import { largeDag, largeRun } from './large-dag.js';

const HOUR_MS = 3_600_000;

// The console in a process of its own, as it is in life, with a client that makes a large DAG up. Told "rss", it says what memory it takes.
const { token, text } = newToken({ name: 'bench', role: 'viewer', expiresInMs: HOUR_MS, nowMs: Date.now() });
let startMs = Date.now();
const client = {
  access: { tokens: async () => [token], recordAction: async () => undefined },
  snapshot: async () => received(InventorySnapshot, largeDag(Date.now())),
  runs: async () => [],
  maintenance: async () => ({ limits: [], inUse: [], drains: [], defaultWindow: null, answer: null }),
  alarms: async () => [],
  async *watch(runId: string, { signal, pollMs }: { readonly signal: AbortSignal; readonly pollMs: number }) {
    startMs = Date.now();
    while (!signal.aborted) {
      const view = received(RunView, largeRun(runId, startMs, Date.now()));
      yield view;
      if (view.status === 'completed') return;
      await pause(pollMs);
    }
  },
};
const pageFolder = join(import.meta.dirname, '../../../apps/console-page');
const options = { secureCookies: false, name: 'bench', behindProxy: false, pageFolder };
const app = await buildApp(client as unknown as ConsoleClient, options, new OneTimeCode());
await app.listen(0, '127.0.0.1');
process.on('message', () => process.send?.({ rssBytes: process.memoryUsage().rss }));
process.on('disconnect', () => process.exit(0));
process.send?.({ url: await app.getUrl(), token: text });

/** As over the broker, where reading an answer costs more than anything that the console does with it. */
function received<View extends object>(type: new () => View, view: View): View {
  const answer = validated(type, JSON.parse(JSON.stringify(view)));
  if (!answer.ok) throw new Error(`the made-up view is wrong: ${answer.violations.join('; ')}`);
  return answer.data;
}
