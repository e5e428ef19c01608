import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { VARIANTS } from './broken.js';
import type { BatchResult } from './batch.js';
import { USAGE, parseOptions, type SimulateOptions } from './options.js';
import { explain } from './report.js';
import { shrink } from './shrink.js';
import { simulate } from './simulation.js';
import { Simulator } from './simulator.js';
import { spread } from './spread.js';

const PROCESSES = 2;
/** Failures shortened and explained; of the others the seed is named. */
const EXPLAINED_MAX = 3;
const USAGE_EXIT_CODE = 2;

let options: SimulateOptions;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(USAGE_EXIT_CODE);
}
process.exitCode = await main(options);

async function main({
  seeds,
  first,
  members,
  databases,
  json,
  variant,
  hasRestores,
}: SimulateOptions): Promise<number> {
  const startedAtMs = performance.now();
  const all = { first, count: seeds, members, databases, hasRestores, ...(variant ? { variant } : {}) };
  const worker = fileURLToPath(new URL('worker.js', import.meta.url));
  const simulators = Array.from({ length: Math.min(PROCESSES, seeds) }, () => new Simulator(worker));
  const result = await spread(all, simulators, ({ seeds: done, failures }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${seeds} seeds, ${failures.length} failed`);
  }).finally(() => {
    for (const simulator of simulators) simulator.end();
  });
  const seconds = (performance.now() - startedAtMs) / 1_000;
  if (process.stderr.isTTY) process.stderr.write('\n');
  console.log(summary(result, seconds));
  const failures = result.failures.toSorted((a, b) => a.seed - b.seed);
  for (const { seed } of failures.slice(0, EXPLAINED_MAX)) {
    const again = { seed, members, databases, hasRestores, ...(variant ? { variant: VARIANTS[variant] } : {}) };
    // One after the other, as each is read.
    console.log(`\n${explain(await shrink(again, await simulate(again)), again)}`);
  }
  for (const { seed, violation } of failures.slice(EXPLAINED_MAX)) {
    console.log(`seed ${seed} breaks invariant ${violation.invariant}: ${violation.what}`);
  }
  if (json !== null) writeFileSync(json, `${JSON.stringify({ ...all, seconds, ...result, failures }, null, 2)}\n`);
  return failures.length === 0 ? 0 : 1;
}

function summary(result: BatchResult, seconds: number): string {
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  return [
    `${result.seeds} seeds in ${seconds.toFixed(1)} s: ${result.failures.length} broke an invariant`,
    `${result.events} events in ${(result.virtualMs / 3_600_000).toFixed(1)} hours of virtual time`,
    `${result.runs} runs, ${result.attempts} attempts, ${result.restores} restores; tasks: ${list(result.tasks)}`,
    `faults: ${list(result.faults)}`,
  ].join('\n');
}
