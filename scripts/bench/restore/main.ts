import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunView } from '#contracts';
import { DagClient } from '#client';
import { parseWholeNumber } from '../../../lab/src/cli/quantities.js';
import { interruption } from '../../../lab/src/cli/run-command.js';
import { Lab } from '../../../lab/src/supervisor/index.js';
import { verifyCopies } from '../../../lab/src/verify/index.js';
import { createWorld, openWorld, worldStatus, type WorldOptions } from '../../../lab/src/world/index.js';
import { boundOf } from './bound.js';
import { DiskWatch } from './disk-watch.js';
import { stepTimes, timelineOf } from './step-times.js';

const MEMBERS_DEFAULT = '5';
const DATABASES_DEFAULT = '20';
const MEMBERS_MAX = 16;
const DATABASES_MAX = 400;
const MIB = 1024 * 1024;
const RUN_TIMEOUT_MS = 15 * 60_000;
const POLL_MS = 500;
const SETTLE_MS = 15_000;

const say = (line: string): void => console.error(line);
const signal = interruption();
const directory = mkdtempSync(join(tmpdir(), 'dag-bench-'));
try {
  const { values } = parseArgs({
    options: {
      members: { type: 'string', default: MEMBERS_DEFAULT },
      databases: { type: 'string', default: DATABASES_DEFAULT },
      // Every step on the member that the bound is about.
      timeline: { type: 'boolean', default: false },
    },
  });
  const members = parseWholeNumber(values.members, 2, MEMBERS_MAX);
  const databases = parseWholeNumber(values.databases, 1, DATABASES_MAX);
  await createWorld(directory, worldOf(members, databases));
  const { run, disks } = await measure();
  const bound = boundOf(run, worldStatus(directory));
  const tookMs = Date.parse(run.endedAt ?? '') - Date.parse(run.requestedAt);
  const { failures } = await verifyCopies(directory);
  console.log(
    [
      `${databases} databases on ${members} members, one request, ${cpus().length} processors:`,
      `  status ${run.status}, exit code ${run.exitCode}: ${run.reason}`,
      `  took ${seconds(tookMs)}; bound ${seconds(bound.boundMs)} (${bound.member}: ${mebibytes(bound.restoredBytes)} restored, ${mebibytes(bound.seededBytes)} read for other copies)`,
      `  ratio ${(tookMs / bound.boundMs).toFixed(3)}`,
      `  the disk of ${bound.member} moved nothing for ${seconds(disks.idleMs(bound.member))} of it`,
      ...stepTimes(run).map(({ kind, count, meanMs }) => `  ${kind}: ${count} steps, ${seconds(meanMs)} each`),
      ...(values.timeline ? timelineOf(run, bound.member) : []),
      `  differences from the backups' moments: ${failures.length}`,
    ].join('\n'),
  );
  if (run.exitCode !== 0 || failures.length > 0) process.exitCode = 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function worldOf(members: number, databases: number): WorldOptions {
  return {
    members,
    databases,
    copies: 2,
    standalone: 0,
    publicFolders: 0,
    recoveryDatabases: 0,
    withoutClient: 0,
    seed: 1,
    sizeMinBytes: 10 * MIB,
    sizeMaxBytes: 20 * MIB,
    rateBytesPerSecond: 2 * MIB,
  };
}

/** Backs everything up, corrupts every database, and restores all of them with one request. */
async function measure(): Promise<{ readonly run: RunView; readonly disks: DiskWatch }> {
  const lab = await Lab.up({ directory, say, signal });
  const world = openWorld(directory);
  try {
    const client = await DagClient.connect(lab.apiUrl, { name: 'bench' });
    try {
      await untilSeen(client);
      const { requestId } = await client.backup({});
      const backup = await client.waitForRun(requestId, { timeoutMs: RUN_TIMEOUT_MS, signal });
      say(`backed up: ${backup.status}, ${backup.reason}`);
      await untilListed(client, backup.tasks.length);
      const names = world.status().databases.map(({ name }) => name);
      for (const name of names) world.corrupt(name);
      // After a backup each agent lists again what there is: with all members on one machine, that would be measured with the restore.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const disks = new DiskWatch(world);
      try {
        const restore = await client.restore({ all: true, confirm: names });
        const run = await client.waitForRun(restore.requestId, { timeoutMs: RUN_TIMEOUT_MS, signal });
        return { run, disks };
      } finally {
        disks.stop();
      }
    } finally {
      await client.close();
    }
  } finally {
    world.close();
    await lab.down({ say });
  }
}

async function untilSeen(client: DagClient): Promise<void> {
  const known = worldStatus(directory).databases.length;
  await until(async () => (await client.snapshot()).databases.filter(({ mounted }) => mounted).length === known);
}

async function untilListed(client: DagClient, backups: number): Promise<void> {
  await until(async () => {
    const list = await client.backups({ maxAgeMs: 2_000, waitMs: 10_000 });
    return list.backups.filter(({ origin }) => origin === 'both').length >= backups;
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + RUN_TIMEOUT_MS;
  while (!(await isSo())) {
    if (performance.now() > untilMs || signal.aborted) throw new Error('the lab did not get ready for the measurement');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(0)} MiB`;
}
