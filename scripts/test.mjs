import { chmodSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from './bootstrap/index.mjs';
import { root, run } from './bootstrap/run.mjs';

const FOLDERS = ['apps', 'libs', 'lab', 'test', 'scripts', 'bin'];
/** These start real services, a dozen processes each, and wait for them more than they work. */
const WITH_PROCESSES = '/test/(broker|browser|e2e|chaos)/';

const PLAIN = { name: 'rules and adapters', results: 'plain.json', screen: 'plain.txt' };
const PROCESSES = { name: 'real processes', results: 'processes.json' };
/** They wait about half of their time. More at once would take longer each, and a lease that runs out in a test is not made longer. */
const FILES_WITH_PROCESSES = 3;
/** As many as the processors of the smallest machine that this is for: when the others are done, neither stands idle. */
const OTHER_FILES = 2;
/** What yields to the tests with real processes, whose leases and limits are in seconds. */
const NICENESS = 10;

// Everything: types, lint, format, and every test on one real broker and, where installed, one real PostgreSQL. The tests with real processes go first;
// the checks and the other tests fill the gaps beside them, yield to them, and need no broker to begin.
// Arguments are passed on to the test runner; with arguments the checks are left out, because then a person is at work on one test.
await main(async (args) => {
  const problems = [];
  const directory = mkdtempSync(join(tmpdir(), 'dag-test-'));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupted.abort());
  let broker;
  let postgres;
  let beside = null;
  try {
    postgres = await obtainPostgres(directory);
    if (args.length === 0) beside = { checks: check(directory, interrupted.signal), plain: plain(directory, postgres) };
    broker = await obtain(directory, interrupted.signal).catch((error) => {
      interrupted.signal.throwIfAborted();
      problems.push(`${error.message}\nThe tests that need a broker were left out.`);
    });
    const env = environment(broker, postgres);
    const hasBroker = broker !== undefined;
    const code =
      beside === null ? await some(args, env, hasBroker) : await all(directory, env, hasBroker, beside.plain);
    problems.push(...((await beside?.checks) ?? []));
    for (const problem of problems) console.error(`\nFAILED: ${problem}`);
    return code === 0 && problems.length > 0 ? 1 : code;
  } finally {
    await Promise.allSettled(Object.values(beside ?? {}));
    await postgres?.discard();
    await broker?.stop({ discard: true });
    rmSync(directory, { recursive: true, force: true });
  }
});

/** What a check found is shown as soon as it is known. */
async function check(directory, signal) {
  const checks = [
    ['types', join(root, 'node_modules/typescript7/bin/tsc'), '-p', 'tsconfig.json'],
    ['types of the page', join(root, 'node_modules/typescript7/bin/tsc'), '-p', 'apps/console/page/tsconfig.json'],
    ['lint', bin('oxlint'), '--type-aware', '--deny-warnings', ...FOLDERS],
    ['format', bin('oxfmt'), '--check', ...FOLDERS],
  ];
  const file = join(directory, 'check.txt');
  const failed = [];
  for (const [name, ...command] of checks) {
    if (signal.aborted) break;
    if ((await yielding([process.execPath, command], file, process.env)) === 0) continue;
    console.error(readFileSync(file, 'utf8'));
    failed.push(`the check of ${name} found problems; see above`);
  }
  console.error(failed.length > 0 ? failed.join('\n') : 'Types, lint and format are right.');
  return failed;
}

async function obtain(directory, signal) {
  const { obtainBroker } = await import('../dist/lab/src/broker/index.js');
  return obtainBroker({ directory: join(directory, 'broker'), say: (line) => console.error(line), signal });
}

async function obtainPostgres(directory) {
  if (process.env.TEST_POSTGRES_URL !== undefined) return undefined;
  const { PrivatePostgres, findPostgres } = await import('../dist/lab/src/postgres/index.js');
  const program = findPostgres();
  if (program === null) {
    console.error('No PostgreSQL server is installed; what needs one is left out of the tests.');
    return undefined;
  }
  // Its own user must be able to get to its folder.
  chmodSync(directory, 0o711);
  return PrivatePostgres.start(program, join(directory, 'postgres'));
}

function some(args, env, hasBroker) {
  const leaveOut = hasBroker ? [] : [`--testPathIgnorePatterns=${WITH_PROCESSES}`];
  const [command, words] = jest([...leaveOut, ...args]);
  return run(command, words, { env });
}

async function all(directory, env, hasBroker, plainEnds) {
  const processesEnd = hasBroker ? withProcesses(directory, env) : null;
  const codes = await Promise.all([plainEnds, processesEnd]);
  console.error(readFileSync(join(directory, PLAIN.screen), 'utf8'));
  for (const [index, { name, results }] of [PLAIN, PROCESSES].entries())
    if (codes[index] !== null) console.error(`${name}: ${totals(join(directory, results), codes[index])}`);
  return codes.find((code) => code !== 0 && code !== null) ?? 0;
}

function withProcesses(directory, env) {
  const [command, words] = jest([
    `--testPathPatterns=${WITH_PROCESSES}`,
    `--maxWorkers=${FILES_WITH_PROCESSES}`,
    '--json',
    `--outputFile=${join(directory, PROCESSES.results)}`,
  ]);
  // With --json the report on the screen goes to stderr, and the results would be printed as well.
  return run(command, words, { env, stdio: ['inherit', 'ignore', 'inherit'] });
}

/** Its report is kept for the end: two at once on one screen cannot be read. */
function plain(directory, postgres) {
  const command = jest([
    `--testPathIgnorePatterns=${WITH_PROCESSES}`,
    `--maxWorkers=${OTHER_FILES}`,
    '--json',
    `--outputFile=${join(directory, PLAIN.results)}`,
  ]);
  return yielding(command, join(directory, PLAIN.screen), environment(undefined, postgres));
}

async function yielding([command, words], file, env) {
  const output = openSync(file, 'w');
  try {
    const niced =
      process.platform === 'win32' ? [command, words] : ['nice', ['-n', String(NICENESS), command, ...words]];
    return await run(...niced, { env, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
}

function totals(file, code) {
  if (!existsSync(file)) return `FAILED: the test runner ended with ${code} and left no results`;
  const results = JSON.parse(readFileSync(file, 'utf8'));
  const { numTotalTestSuites: suites, numPassedTests: passed, numPendingTests: leftOut } = results;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const end = code === 0 ? '' : `; FAILED (the test runner ended with ${code})`;
  return `${passed} tests passed, ${failed} failed, ${leftOut} left out, in ${suites} files${end}`;
}

function jest(args) {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  return [process.execPath, [...flags, join(root, 'node_modules/jest/bin/jest.js'), ...args]];
}

function environment(broker, postgres) {
  const env = { ...process.env };
  if (postgres !== undefined) env.TEST_POSTGRES_URL = postgres.url;
  if (broker !== undefined) {
    env.AMQP_URL = broker.amqpUrl;
    if (broker.managementUrl !== undefined) env.AMQP_MANAGEMENT_URL = broker.managementUrl;
  }
  return env;
}

function bin(name) {
  return join(root, 'node_modules', name, 'bin', name);
}
