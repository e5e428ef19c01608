import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newToken } from '#contracts';
import { DagClient } from '#client';
import { interruption } from '../../../lab/src/cli/run-command.js';
import { Lab } from '../../../lab/src/supervisor/index.js';
import { createWorld, worldStatus } from '../../../lab/src/world/index.js';
import { residentMiB } from '../process-usage.js';
import { ProcessorMeter, type ProcessorUse } from './processor-meter.js';
import { Stream } from './stream.js';

const MIB = 1024 * 1024;
const MEMBERS = 8;
const DATABASES = 400;
/** Slow disks: each backup waits eight to twelve seconds for one, so that the processors, which everything shares here, are not what a run waits for. */
const RATE_BYTES_PER_SECOND = 128 * 1024;
const READY_WITHIN_MS = 120_000;
const READY_POLL_MS = 500;
const RUN_WITHIN_MS = 20 * 60_000;
const SAMPLE_EVERY_MS = 500;
const TOKEN_LIFE_MS = 60 * 60_000;

export interface LabRun {
  readonly streams: number;
  readonly tookMs: number;
  readonly consoleMiB: number;
  readonly sentBytes: number;
  readonly processor: ProcessorUse;
}

interface Viewers {
  readonly url: string;
  readonly token: string;
}

/**
 * Runs of a real lab of 400 small databases, one after the other, each with so many event streams open. All of it, members and
 * console, share this machine, so what the viewers cost is an upper bound of what they would cost beside members of their own.
 */
export async function measureLabRuns(
  streams: readonly number[],
  say: (line: string) => void,
): Promise<readonly LabRun[]> {
  const signal = interruption();
  const directory = mkdtempSync(join(tmpdir(), 'dag-bench-'));
  try {
    await createWorld(directory, {
      members: MEMBERS,
      databases: DATABASES,
      copies: 2,
      standalone: 0,
      publicFolders: 0,
      recoveryDatabases: 0,
      withoutClient: 0,
      seed: 1,
      sizeMinBytes: MIB,
      sizeMaxBytes: 1.5 * MIB,
      rateBytesPerSecond: RATE_BYTES_PER_SECOND,
    });
    const lab = await Lab.up({ directory, say, signal, withConsole: true });
    try {
      return await runsOf(lab, directory, streams, signal, say);
    } finally {
      await lab.down({ say });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function runsOf(
  lab: Lab,
  directory: string,
  streams: readonly number[],
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<readonly LabRun[]> {
  const client = await DagClient.connect(lab.apiUrl, { name: 'bench' });
  try {
    await untilSeen(client, worldStatus(directory).databases.length, signal);
    const url = new URL(await lab.consoleLink(signal)).origin;
    const details = { name: 'bench', role: 'viewer', expiresInMs: TOKEN_LIFE_MS, nowMs: Date.now() } as const;
    const { token, text } = newToken(details);
    await client.access.issueToken(token);
    const runs: LabRun[] = [];
    for (const count of streams) {
      const run = await runWith(lab, client, count, { url, token: text }, signal);
      say(describe(run));
      runs.push(run);
    }
    return runs;
  } finally {
    await client.close();
  }
}

/** Half of the streams show the overview and half the run, as browsers on these pages would. */
async function runWith(
  lab: Lab,
  client: DagClient,
  count: number,
  viewers: Viewers,
  signal: AbortSignal,
): Promise<LabRun> {
  const { requestId } = await client.backup({});
  const planned = { timeoutMs: READY_WITHIN_MS, signal };
  const { runId } = await client.waitUntil({ requestId }, ({ tasks }) => tasks.length > 0, planned);
  const streams = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      Stream.open(`${viewers.url}/api/${index % 2 === 0 ? 'events' : `runs/${runId}/events`}`, viewers.token),
    ),
  );
  const over = new AbortController();
  const memory = sampled(lab, over.signal);
  const meter = new ProcessorMeter(lab.status());
  try {
    const run = await client.waitForRun(requestId, { timeoutMs: RUN_WITHIN_MS, signal });
    if (run.exitCode !== 0) throw new Error(`the run with ${count} streams ended with ${run.exitCode}: ${run.reason}`);
    over.abort();
    const tookMs = Date.parse(run.endedAt ?? '') - Date.parse(run.requestedAt);
    const sentBytes = streams.reduce((sum, { bytes }) => sum + bytes, 0);
    return { streams: count, tookMs, consoleMiB: await memory, sentBytes, processor: meter.read(lab.status()) };
  } finally {
    over.abort();
    for (const stream of streams) stream.close();
  }
}

function describe({ streams, tookMs, consoleMiB, sentBytes, processor }: LabRun): string {
  const used = Object.entries(processor.secondsOf).map(([name, seconds]) => `${name} ${Math.round(seconds)} s`);
  return (
    `${streams} streams: ${Math.round(tookMs / 1_000)} s; ${Math.round(sentBytes / MIB)} MiB sent, the console at most ${consoleMiB} MiB; ` +
    `processors ${Math.round(processor.busyShare * 100)} % busy: ${used.join(', ')}`
  );
}

/** The most memory that the console was seen to hold until it is over. */
async function sampled(lab: Lab, over: AbortSignal): Promise<number> {
  let most = 0;
  while (!over.aborted) {
    const pid = lab.status().find(({ name }) => name === 'console')?.pid ?? null;
    most = Math.max(most, pid === null ? 0 : (residentMiB(pid) ?? 0));
    await pause(SAMPLE_EVERY_MS);
  }
  return most;
}

async function untilSeen(client: DagClient, databases: number, signal: AbortSignal): Promise<void> {
  const untilMs = performance.now() + READY_WITHIN_MS;
  while ((await client.snapshot()).databases.filter(({ mounted }) => mounted).length < databases) {
    if (performance.now() > untilMs || signal.aborted) throw new Error('the lab did not get ready for the measurement');
    await pause(READY_POLL_MS);
  }
}
