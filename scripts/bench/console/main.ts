import 'reflect-metadata';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findChromium } from '../../../test/browser/find-chromium.js';
import { visitOverview, type Visit } from './first-page.js';
import { measureLabRuns, type LabRun } from './lab-run.js';
import { DATABASES, MEMBERS } from './large-dag.js';
import { Stream } from './stream.js';

const RUN_ID = '11111111-1111-4111-8111-111111111111';
/** First visits, each with a console and a browser of its own that were started for it. */
const FIRST_VISITS = 7;
const LATER_VISITS = 5;
const STREAMS = 50;
const SAMPLE_EVERY_MS = 500;
const RUN_WITHIN_MS = 120_000;
const MIB = 1024 * 1024;

interface Started {
  readonly url: string;
  readonly token: string;
}

const { values } = parseArgs({
  options: {
    lab: { type: 'boolean', default: false },
    /** Streams open in each run of the lab. Without, with, with, without: what changes in the machine meanwhile weighs on both alike. */
    runs: { type: 'string', default: `0,${STREAMS},${STREAMS},0` },
  },
});
if (values.lab) await measureInLab();
else await measureConsole();

async function measureConsole(): Promise<void> {
  const chromium = findChromium();
  if (chromium === null) say('no Chromium is installed: the first page was not measured in a browser');
  else await measureVisits(chromium);
  await withConsole(async (server, started) => {
    say(`idle: ${mib(await rssOf(server))} MiB`);
    await measureStreams(server, started);
  });
}

async function measureInLab(): Promise<void> {
  const streams = values.runs.split(',').map(Number);
  if (!streams.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new Error(`--runs takes numbers of streams, one for each run, such as 0,${STREAMS}; not "${values.runs}"`);
  }
  const runs = await measureLabRuns(streams, say);
  const without = meanMs(runs.filter((run) => run.streams === 0));
  const watched = meanMs(runs.filter((run) => run.streams > 0));
  if (without === null || watched === null) return;
  say(`watched runs took ${(watched / without).toFixed(3)} times as long as those that nobody watched`);
}

function meanMs(runs: readonly LabRun[]): number | null {
  return runs.length === 0 ? null : runs.reduce((sum, { tookMs }) => sum + tookMs, 0) / runs.length;
}

async function withConsole(work: (server: ChildProcess, started: Started) => Promise<void>): Promise<void> {
  const server = fork(join(import.meta.dirname, 'server.js'));
  try {
    const [started] = (await once(server, 'message')) as [Started];
    await work(server, started);
  } finally {
    server.disconnect();
    await once(server, 'exit');
  }
}

async function measureVisits(executablePath: string): Promise<void> {
  const first: Visit[] = [];
  let later: readonly Visit[] = [];
  for (let console = 0; console < FIRST_VISITS; console += 1) {
    await withConsole(async (_, started) => {
      const isLast = console === FIRST_VISITS - 1;
      const [visit, ...others] = await visitOverview(executablePath, started, isLast ? 1 + LATER_VISITS : 1);
      if (visit) first.push(visit);
      later = others;
    });
  }
  say(`first page: ${Math.ceil((first[0]?.sentBytes ?? 0) / 1_000)} kB sent; goal <= 300`);
  sayVisits(`first visits to the overview of ${MEMBERS} members and ${DATABASES} databases`, first);
  sayVisits('later visits to the same console, with an empty cache', later);
}

/** Half of the streams show the overview and half the run, as browsers on these pages would. */
async function measureStreams(server: ChildProcess, { url, token }: Started): Promise<void> {
  const paths = Array.from({ length: STREAMS }, (_, index) =>
    index % 2 === 0 ? '/api/events' : `/api/runs/${RUN_ID}/events`,
  );
  const streams = await Promise.all(paths.map((path) => Stream.open(`${url}${path}`, token)));
  const startMs = performance.now();
  let mostBytes = 0;
  while (!streams.some(({ text }) => text.includes('"status":"completed"'))) {
    if (performance.now() - startMs > RUN_WITHIN_MS) throw new Error(`the run did not end within ${RUN_WITHIN_MS} ms`);
    mostBytes = Math.max(mostBytes, await rssOf(server));
    await pause(SAMPLE_EVERY_MS);
  }
  const received = streams.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const stream of streams) stream.close();
  say(
    `${STREAMS} streams over a run of ${DATABASES} databases (${Math.round((performance.now() - startMs) / 1_000)} s, ${mib(received)} MiB sent): ` +
      `at most ${mib(mostBytes)} MiB of memory; goal < 250`,
  );
}

async function rssOf(child: ChildProcess): Promise<number> {
  child.send('rss');
  const [{ rssBytes }] = (await once(child, 'message')) as [{ readonly rssBytes: number }];
  return rssBytes;
}

function sayVisits(what: string, visits: readonly Visit[]): void {
  const shown = visits.map(({ shownMs }) => shownMs).toSorted((a, b) => a - b);
  const interactive = visits.map(({ interactiveMs }) => interactiveMs).toSorted((a, b) => a - b);
  const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;
  say(
    `${what}: shown after ${median(shown)} ms at the median, its filter answers after ${median(interactive)} ms, ` +
      `at worst ${interactive.at(-1)} ms (${interactive.join(', ')}); goal <= 1000`,
  );
}

function mib(bytes: number): number {
  return Math.round(bytes / MIB);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
