import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { obtainBroker } from '../../../lab/src/broker/index.js';
import { PrivatePostgres, findPostgres } from '../../../lab/src/postgres/index.js';
import { measureDecisions, type Decisions } from './decisions.js';
import { measureTakeovers } from './takeover.js';

const DEFAULT_DATABASES = '100,1000,10000';
const DATABASES_MAX = 100_000;
const DEFAULT_KILLS = '10';
const KILLS_MAX = 1_000;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    databases: { type: 'string', default: DEFAULT_DATABASES },
    kills: { type: 'string', default: DEFAULT_KILLS },
  },
});
const sizes = values.databases.split(',').map((text) => count(text, DATABASES_MAX));
const kills = count(values.kills, KILLS_MAX);

const directory = mkdtempSync(join(tmpdir(), 'dag-bench-'));
// PostgreSQL's own user must be able to get to its folder.
chmodSync(directory, 0o711);
const program = findPostgres();
let postgres: PrivatePostgres | undefined;
try {
  if (program) postgres = await PrivatePostgres.start(program, join(directory, 'postgres'));
  else say('No PostgreSQL server is installed: its figures and the takeover are left out.');
  say('engine       databases   plan ms   decisions/s   bytes/database   memory MiB');
  const decisions: Decisions[] = [];
  for (const size of sizes) {
    await measure({ file: join(directory, `${size}.db`) }, size, decisions);
    if (postgres) await measure({ file: 'unused', url: postgres.url }, size, decisions);
  }
  const takeoverMs = postgres ? await takeovers(postgres.url) : [];
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ decisions, takeoverMs }, null, 2)}\n`);
} finally {
  await postgres?.discard();
  rmSync(directory, { recursive: true, force: true });
}

async function measure(options: { file: string; url?: string }, size: number, into: Decisions[]): Promise<void> {
  const figures = await measureDecisions(size, options);
  into.push(figures);
  const numbers = [figures.planMs, figures.perSecond, figures.bytesPerDatabase, figures.memoryMiB];
  const [plan, perSecond, bytes, memory] = numbers.map((each) => String(Math.round(each)));
  say(
    `${figures.engine.padEnd(12)} ${String(size).padStart(9)} ${plan?.padStart(9)} ${perSecond?.padStart(13)} ${bytes?.padStart(16)} ${memory?.padStart(12)}`,
  );
}

async function takeovers(databaseUrl: string): Promise<readonly number[]> {
  const broker = await obtainBroker({ directory: join(directory, 'broker'), say });
  try {
    const times = (await measureTakeovers(kills, broker.amqpUrl, databaseUrl, directory)).toSorted((a, b) => a - b);
    const at = (share: number): number => Math.round(times[Math.ceil(times.length * share) - 1] ?? 0);
    say(`takeover after SIGKILL, ${times.length} kills: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
    return times;
  } finally {
    await broker.stop({ discard: true });
  }
}

function count(text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new Error(`"${text}" is no whole number from 1 to ${max}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
