import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { obtainBroker } from '../../../lab/src/broker/index.js';
import type { Comparison } from './raw.js';
import { rawAmqplib, threeRawHops } from './raw.js';
import { throughNestRmq } from './nest-rmq.js';
import { throughMessaging } from './ours.js';
import { report, ratiosOf, type Results } from './report.js';
import { measureReroute } from './reroute.js';

const DEFAULT_MESSAGES = 20_000;
const DEFAULT_FAILOVERS = 200;
const LATENCY_SAMPLES = 1_000;
const MESSAGES_MAX = 1_000_000;
/** The ways take turns, so that a slow moment of the machine meets all of them; the middle round of each counts. The first is a warm-up. */
const ROUNDS = 4;
const WAYS = [rawAmqplib, throughMessaging, throughNestRmq] as const;

interface Settings {
  readonly messages: number;
  readonly failovers: number;
  readonly json: string | undefined;
}

/** Measures every way on one broker, and prints the table and the ratios. */
async function bench(settings: Settings, amqpUrl: string, directory: string): Promise<void> {
  const rounds: (readonly Comparison[])[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const measured: Comparison[] = [];
    for (const way of WAYS) measured.push(await way(amqpUrl, settings.messages, LATENCY_SAMPLES));
    if (round > 0) rounds.push(measured);
  }
  const middle = (way: number): Comparison => middleOf(rounds.flatMap((round) => round[way] ?? []));
  // The yardstick before and after what it measures: the machine's mood counts for both.
  const hopsBefore = await threeRawHops(amqpUrl, settings.failovers);
  const reroute = await measureReroute(amqpUrl, directory, settings.failovers);
  const hopsAfter = await threeRawHops(amqpUrl, settings.failovers);
  const results: Results = { raw: middle(0), messaging: middle(1), nestRmq: middle(2), hopsBefore, hopsAfter, reroute };
  process.stdout.write(`${report(results)}\n`);
  if (settings.json !== undefined)
    writeFileSync(settings.json, `${JSON.stringify({ ...results, ratios: ratiosOf(results) }, null, 2)}\n`);
}

/** Throughput and latency each from the round in the middle. */
function middleOf(rounds: readonly Comparison[]): Comparison {
  const middle = Math.floor(rounds.length / 2);
  const publish = rounds.map((round) => round.publish).toSorted((one, other) => one.perSecond - other.perSecond)[
    middle
  ];
  const latency = rounds.map((round) => round.latency).toSorted((one, other) => one.p99Ms - other.p99Ms)[middle];
  if (!publish || !latency) throw new Error('no round was measured');
  return { publish, latency };
}

function readSettings(): Settings {
  const options = { json: { type: 'string' }, messages: { type: 'string' }, failovers: { type: 'string' } } as const;
  const { values } = parseArgs({ options });
  return {
    messages: count('--messages', values.messages, DEFAULT_MESSAGES),
    failovers: count('--failovers', values.failovers, DEFAULT_FAILOVERS),
    json: values.json,
  };
}

function count(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MESSAGES_MAX) return value;
  throw new Error(`${option} must be a whole number from 1 to ${MESSAGES_MAX}, not "${text}"`);
}

const directory = mkdtempSync(join(tmpdir(), 'dag-bench-'));
try {
  const settings = readSettings();
  const broker = await obtainBroker({ directory: join(directory, 'broker'), say: (line) => console.error(line) });
  try {
    const { amqpUrl } = await broker.createVhost('dag-bench');
    await bench(settings, amqpUrl, directory);
    await broker.deleteVhost('dag-bench');
  } finally {
    await broker.stop({ discard: true });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
