import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from './bootstrap/index.mjs';
import { root, run } from './bootstrap/run.mjs';

const FOLDERS = ['apps', 'libs', 'lab', 'test', 'scripts', 'bin'];
const NEEDS_BROKER = ['/test/broker/', '/test/e2e/'];

// Everything: types, lint, format, then every test on one real broker and, where installed, one real PostgreSQL. Arguments are passed on to the test runner; with
// arguments the checks before it are left out, because then a person is at work on one test.
await main(async (args) => {
  const problems = args.length > 0 ? [] : await check();
  const directory = mkdtempSync(join(tmpdir(), 'dag-test-'));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupted.abort());
  let broker;
  let postgres;
  try {
    broker = await obtain(directory, interrupted.signal).catch((error) => {
      interrupted.signal.throwIfAborted();
      problems.push(`${error.message}\nThe tests that need a broker were left out.`);
    });
    postgres = await obtainPostgres(directory);
    const code = await jest(args, broker, postgres);
    for (const problem of problems) console.error(`\nFAILED: ${problem}`);
    return code === 0 && problems.length > 0 ? 1 : code;
  } finally {
    await postgres?.discard();
    await broker?.stop({ discard: true });
    rmSync(directory, { recursive: true, force: true });
  }
});

async function check() {
  const checks = [
    ['types', join(root, 'node_modules/typescript7/bin/tsc'), '-p', 'tsconfig.json'],
    ['types of the page', join(root, 'node_modules/typescript7/bin/tsc'), '-p', 'apps/console/page/tsconfig.json'],
    ['lint', bin('oxlint'), '--type-aware', '--deny-warnings', ...FOLDERS],
    ['format', bin('oxfmt'), '--check', ...FOLDERS],
  ];
  const failed = [];
  for (const [name, ...command] of checks) {
    console.error(`Checking ${name}.`);
    if ((await run(process.execPath, command)) !== 0) failed.push(`the check of ${name} found problems; see above`);
  }
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

function jest(args, broker, postgres) {
  const env = { ...process.env };
  if (postgres !== undefined) env.TEST_POSTGRES_URL = postgres.url;
  if (broker !== undefined) {
    env.AMQP_URL = broker.amqpUrl;
    if (broker.managementUrl !== undefined) env.AMQP_MANAGEMENT_URL = broker.managementUrl;
  }
  const leaveOut = broker === undefined ? NEEDS_BROKER.map((path) => `--testPathIgnorePatterns=${path}`) : [];
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const runner = join(root, 'node_modules/jest/bin/jest.js');
  return run(process.execPath, [...flags, runner, ...leaveOut, ...args], { env, cwd: root });
}

function bin(name) {
  return join(root, 'node_modules', name, 'bin', name);
}
