import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '#service';
import { until } from '../../../../test/support/eventually.js';
import { LiveHub } from '../live/live-hub.js';
import { ConsoleUnderTest, EMPTY_SNAPSHOT, NO_MAINTENANCE, RUN_ID, runView } from '../testing/console-under-test.js';
import { EventStream } from '../testing/event-stream.js';
import { consoleChecks, consoleMetrics } from './console.metrics.js';
import { ConsoleCounts } from './counts.js';

const broker = {
  figures: () => ({
    connections: [],
    blockedBecause: undefined,
    publishing: { routed: 0, unroutable: 0, failed: 0, nacks: 0, inFlight: 0, waiting: 0 },
    queues: [],
  }),
};

describe('what a console tells of itself', () => {
  let server: ConsoleUnderTest;
  let metrics: Metrics;
  const told = (line: string) => async () => (await metrics.render()).includes(`\n${line}\n`);

  beforeEach(async () => {
    const answers = { snapshot: EMPTY_SNAPSHOT, runs: [], maintenance: NO_MAINTENANCE, run: runView() };
    server = await ConsoleUnderTest.start(answers);
    const hub = server.nestApp.get(LiveHub);
    metrics = new Metrics(() => undefined);
    const live = () => hub.figures();
    consoleMetrics(metrics, { broker, counts: server.counts, live, askInventory: async () => [] });
  });
  afterEach(() => server.stop());

  it('is every request by the pattern of its route, and never by what was asked for', async () => {
    const headers = { authorization: `Bearer ${server.token('viewer')}` };
    await server.fetch('GET', '/api/snapshot', { headers });
    await server.fetch('GET', `/api/runs/${RUN_ID}`, { headers });
    await server.fetch('GET', '/api/snapshot');
    await server.fetch('GET', '/api/made/up/by/somebody');
    await server.fetch('SEARCH', '/whatever');
    for (const line of [
      'dag_http_request_seconds_count{method="GET",route="/api/snapshot",status="2xx"} 1',
      'dag_http_request_seconds_count{method="GET",route="/api/runs/:runId",status="2xx"} 1',
      'dag_http_request_seconds_count{method="GET",route="/api/snapshot",status="4xx"} 1',
      'dag_http_request_seconds_count{method="GET",route="other",status="4xx"} 1',
      'dag_http_request_seconds_count{method="other",route="other",status="4xx"} 1',
    ])
      await until(line, told(line));
    const text = await metrics.render();
    expect(text).not.toContain(RUN_ID);
    expect(text).not.toContain('made/up');
  });

  it('is the live views that are open, what they were sent, and the looks that they are made from', async () => {
    const stream = await EventStream.open(`${server.url}/api/events`, server.token('viewer'));
    await until('a view is open', told('dag_live_views{view="overview"} 1'));
    await until('it was looked', told('dag_look_seconds_count{of="inventory",outcome="answered"} 1'));
    await until('it was sent something', async () => !(await told('dag_live_bytes_total 0')()));
    stream.close();
    await until('the view is closed', told('dag_live_views{view="overview"} 0'));
    expect(await metrics.render()).not.toContain('route="/api/events"');
  });

  it('is every sign-in that was refused', async () => {
    await server.fetch('POST', '/api/session', { body: { token: 'dag_viewer_00000000000000000000000000000000' } });
    await until('the refusal is told', told('dag_sign_ins_refused_total{reason="access.token"} 1'));
    expect(await told('dag_sign_ins_refused_total{reason="access.link"} 0')()).toBe(true);
  });
});

describe('whether a console can be used', () => {
  it('depends on the inventory, which is asked again only after a while', async () => {
    let nowMs = 0;
    let asked = 0;
    let isThere = true;
    const askInventory = async (): Promise<unknown> => {
      asked += 1;
      return isThere ? [] : Promise.reject(new Error('no answer to dag.tokens.list.v1'));
    };
    const live = () => ({ overviewViewers: 0, runViewers: 0 });
    const checks = consoleChecks({ broker, live, askInventory, counts: new ConsoleCounts() }, () => nowMs);
    const inventory = checks.find(({ name }) => name === 'inventory');
    expect(await inventory?.look()).toMatchObject({ ok: true });
    nowMs = 9_999;
    isThere = false;
    expect(await inventory?.look()).toMatchObject({ ok: true });
    expect(asked).toBe(1);
    nowMs = 10_000;
    await expect(inventory?.look()).rejects.toThrow('no answer');
    isThere = true;
    expect(await inventory?.look()).toMatchObject({ ok: true });
    expect(asked).toBe(3);
  });
});
