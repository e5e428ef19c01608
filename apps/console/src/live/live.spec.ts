import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { InventorySnapshot, RunView } from '#contracts';
import { eventually } from '../../../../test/support/eventually.js';
import { ConsoleUnderTest, EMPTY_SNAPSHOT, NO_MAINTENANCE, RUN_ID, runView } from '../testing/console-under-test.js';
import { EventStream, type SentEvent } from '../testing/event-stream.js';
import type { ConsoleClient } from '../ports.js';
import { ConsoleCounts } from '../monitoring/counts.js';
import { LiveHub } from './live-hub.js';
import type { Overview } from './overview.js';
import { patched } from './patch.js';

const database = (name: string, status: string) => ({
  guid: `guid-${name}`,
  name,
  copies: [{ member: 'ex01', role: 'active', status, observedBy: 'ex01', ageMs: 0 }],
});
const snapshotOf = (...databases: readonly object[]) =>
  ({ ...EMPTY_SNAPSHOT, databases }) as unknown as InventorySnapshot;

/** More than the network keeps for a viewer that does not read, and what it is allowed on top. */
const LARGE_VIEWS = 150;
const LARGE_VIEW_BYTES = 200_000;

/** What a page would show after these events. */
function shown({ events }: EventStream): Overview | null {
  let view: Overview | null = null;
  for (const { event, data } of events) {
    if (event === 'snapshot') view = data as unknown as Overview;
    else if (event === 'change') view = view && patched(view, data);
  }
  return view;
}

describe('the live overview', () => {
  const answers: Record<string, unknown> = {};
  const open: { readonly consoles: ConsoleUnderTest[]; readonly streams: EventStream[] } = {
    consoles: [],
    streams: [],
  };
  beforeEach(() => {
    Object.assign(answers, { snapshot: snapshotOf(database('A', 'Mounted')), runs: [], maintenance: NO_MAINTENANCE });
  });
  afterEach(async () => {
    for (const stream of open.streams.splice(0)) stream.close();
    for (const console of open.consoles.splice(0)) await console.stop();
  });
  /** One for each console: it asks for tokens that it does not know only now and then. */
  const tokens = new Map<ConsoleUnderTest, string>();
  const start = async (): Promise<ConsoleUnderTest> => {
    const console = await ConsoleUnderTest.start(answers);
    open.consoles.push(console);
    return console;
  };
  const watch = async (console: ConsoleUnderTest, path: string, lastEventId?: string): Promise<EventStream> => {
    const token = tokens.get(console) ?? console.token('viewer');
    tokens.set(console, token);
    const stream = await EventStream.open(`${console.url}${path}`, token, lastEventId);
    open.streams.push(stream);
    return stream;
  };

  it('is looked at for its first viewer at once, not a second later', async () => {
    const got: string[] = [];
    const client = {
      snapshot: async () => EMPTY_SNAPSHOT,
      runs: async () => [],
      maintenance: async () => NO_MAINTENANCE,
    };
    const hub = new LiveHub(client as unknown as ConsoleClient, new ConsoleCounts());
    const viewer = { backlogBytes: () => 0, write: (text: string) => void got.push(text), close: () => undefined };
    hub.watchOverview(viewer, undefined);
    await turn();
    hub.beforeApplicationShutdown();
    expect(got.join('')).toContain('event: snapshot');
  });

  it('is the same at two consoles, also after changes, and after one of them was started anew', async () => {
    const [one, two] = [await start(), await start()];
    const [left, right] = [await watch(one, '/api/events'), await watch(two, '/api/events')];
    await Promise.all([left, right].map((stream) => stream.until('a snapshot', ({ event }) => event === 'snapshot')));
    Object.assign(answers, {
      snapshot: snapshotOf(database('A', 'Failed'), database('B', 'Mounted')),
      runs: [{ ...runView(), status: 'running' }],
      maintenance: { ...NO_MAINTENANCE, drains: [{ member: 'ex01', reason: 'disks' }] },
    });
    const isThere = ({ event, data }: SentEvent) => event === 'change' && 'maintenance' in data;
    await Promise.all([left, right].map((stream) => stream.until('what changed', isThere)));
    expect(shown(left)).toEqual(shown(right));
    expect(shown(left)).toMatchObject({
      databases: [{ copies: [{ status: 'Failed' }] }, { name: 'B' }],
      runs: [{ runId: RUN_ID }],
      maintenance: { drains: [{ member: 'ex01' }] },
    });
    await one.stop();
    open.consoles.splice(0, 1);
    const three = await start();
    const again = await watch(three, '/api/events', left.lastId);
    await again.until('a snapshot', ({ event }) => event === 'snapshot');
    expect(shown(again)).toEqual(shown(right));
  });

  it('goes on where a viewer was, at the console that it was at', async () => {
    const console = await start();
    const first = await watch(console, '/api/events');
    await first.until('a snapshot', ({ event }) => event === 'snapshot');
    first.close();
    answers['snapshot'] = snapshotOf(database('A', 'Failed'));
    const second = await watch(console, '/api/events', first.lastId);
    await second.until('the change', ({ event }) => event === 'change');
    expect(second.names).toEqual(['change']);
  });

  it('shows what one service says when the other does not answer, and why it may be old', async () => {
    answers['runs'] = new Error('no conductor answers');
    const stream = await watch(await start(), '/api/events');
    const { data } = await stream.until('a snapshot', ({ event }) => event === 'snapshot');
    expect(data).toMatchObject({ databases: [{ name: 'A' }], maintenance: null });
    const told = await stream.until('the trouble', (event) => event.data['trouble'] === 'no conductor answers');
    expect(told.event).toBe('trouble');
    answers['runs'] = [];
    await stream.until('its end', ({ event, data: { trouble } }) => event === 'trouble' && trouble === null);
  });

  it('cuts a viewer off that does not read, before it costs much memory, and nobody else', async () => {
    const viewers: EventStream[] = [];
    answers['watch'] = async function* views(): AsyncGenerator<RunView> {
      for (let sent = 0; sent < LARGE_VIEWS; sent += 1) {
        yield runView({ warnings: [`${sent} ${'x'.repeat(LARGE_VIEW_BYTES)}`] });
        while ((viewers[0]?.events.length ?? 0) < sent) await turn();
      }
      yield runView({ status: 'completed' });
    };
    const console = await start();
    const path = `/api/runs/${RUN_ID}/events`;
    const token = console.token('viewer');
    tokens.set(console, token);
    const slow = connect(Number(new URL(console.url).port), '127.0.0.1').pause();
    slow.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`);
    const quick = await watch(console, path);
    viewers.push(quick);
    await quick.until('the end of the run', ({ data }) => data['status'] === 'completed');
    let isSlowGone = false;
    slow.on('close', () => (isSlowGone = true)).on('error', () => undefined);
    let text = '';
    slow.on('data', (chunk: Buffer) => (text = `${text}${chunk.toString()}`.slice(-1_000)));
    slow.resume();
    await eventually(() => isSlowGone, { what: 'the slow viewer is cut off' });
    expect(text).not.toContain('"completed"');
  });
});
