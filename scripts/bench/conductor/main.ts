import 'reflect-metadata';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obtainBroker } from '../../../lab/src/broker/index.js';
import { interruption } from '../../../lab/src/cli/run-command.js';
import { PrivatePostgres, findPostgres } from '../../../lab/src/postgres/index.js';
import { measureDetections } from '../detection/detections.js';
import { report as detectionReport, resultsOf } from '../detection/report.js';
import { measureApart } from './apart.js';
import type { Decisions } from './decisions.js';
import { measureDispatch, type Dispatch } from './dispatch.js';
import { parseOptions, type BenchOptions } from './options.js';
import { DECISIONS_HEAD, decisionsLine, dispatchLines, flatnessLines, takeoverLine } from './report.js';
import { measureTakeovers } from './takeover.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const signal = interruption();
const options = parseOptions(process.argv.slice(2));
const directory = mkdtempSync(join(tmpdir(), 'dag-bench-'));
// PostgreSQL's own user must be able to get to its folder.
chmodSync(directory, 0o711);
const program = findPostgres();
let postgres: PrivatePostgres | undefined;
try {
  if (program) postgres = await PrivatePostgres.start(program, join(directory, 'postgres'));
  else say('No PostgreSQL server is installed: its figures and the takeover are left out.');
  const figures = await measureAll(options, postgres?.url);
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await postgres?.discard();
  rmSync(directory, { recursive: true, force: true });
}

async function measureAll(wanted: BenchOptions, postgresUrl: string | undefined) {
  const decisions = await measureDecisionsOf(wanted.databases, postgresUrl);
  for (const line of flatnessLines(decisions)) say(line);
  const { dispatch, takeoverMs } = await measureWithBroker(wanted, postgresUrl);
  const detection = wanted.agentKills > 0 ? await measureDetections(wanted.agentKills, say, signal) : null;
  const detected = detection && resultsOf(detection.detections);
  if (detected) say(detectionReport(detected));
  for (const { name, memoryMiB } of detection?.memory ?? []) say(`memory of ${name}: ${memoryMiB} MiB`);
  return { decisions, dispatch, takeoverMs, detection: detected, memory: detection?.memory ?? [] };
}

async function measureDecisionsOf(sizes: readonly number[], url: string | undefined): Promise<readonly Decisions[]> {
  say(DECISIONS_HEAD);
  const found: Decisions[] = [];
  for (const [index, size] of sizes.entries()) {
    // A size that is measured twice has a database of its own each time.
    const embedded = { file: join(directory, `${index}-${size}.db`) };
    for (const database of [embedded, ...(url === undefined ? [] : [{ file: 'unused', url }])]) {
      signal.throwIfAborted();
      // One after the other: two at once would share the processor.
      const figures = await measureApart(size, database);
      if (figures === null) continue;
      found.push(figures);
      say(decisionsLine(figures));
    }
  }
  return found;
}

async function measureWithBroker({ orders, rounds, kills }: BenchOptions, url: string | undefined) {
  const dispatch: (readonly Dispatch[])[] = [];
  if (rounds === 0 && kills === 0) return { dispatch, takeoverMs: [] };
  const broker = await obtainBroker({ directory: join(directory, 'broker'), say });
  try {
    for (let round = 0; round < rounds; round += 1) {
      signal.throwIfAborted();
      const embedded = { file: join(directory, `outbox-${round}.db`) };
      const databases = [embedded, ...(url === undefined ? [] : [{ file: 'unused', url }])];
      dispatch.push(await measureDispatch(orders, broker.amqpUrl, databases));
    }
    if (rounds > 0) for (const line of dispatchLines(dispatch)) say(line);
    if (url === undefined || kills === 0) return { dispatch, takeoverMs: [] };
    const takeoverMs = await measureTakeovers(kills, broker.amqpUrl, url, directory, say);
    say(takeoverLine(takeoverMs));
    return { dispatch, takeoverMs };
  } finally {
    await broker.stop({ discard: true });
  }
}
