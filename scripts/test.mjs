import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from './bootstrap/index.mjs';
import { root, run } from './bootstrap/run.mjs';

const FOLDERS = ['apps', 'libs', 'lab', 'test', 'scripts', 'bin'];
const NEEDS_BROKER = ['/test/broker/', '/test/e2e/'];

// Everything: types, lint, format, then every test on one real broker. Arguments are passed on to the test runner; with
// arguments the checks before it are left out, because then a person is at work on one test.
await main(async (args) => {
  const problems = args.length > 0 ? [] : await check();
  const directory = mkdtempSync(join(tmpdir(), 'dag-test-'));
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => interrupted.abort());
  let broker;
  try {
    broker = await obtain(directory, interrupted.signal).catch((error) => {
      interrupted.signal.throwIfAborted();
      problems.push(`${error.message}\nThe tests that need a broker were left out.`);
    });
    const code = await jest(args, broker);
    for (const problem of problems) console.error(`\nFAILED: ${problem}`);
    return code === 0 && problems.length > 0 ? 1 : code;
  } finally {
    await broker?.stop({ discard: true });
    rmSync(directory, { recursive: true, force: true });
  }
});

async function check() {
  const checks = [
    ['types', join(root, 'node_modules/typescript7/bin/tsc'), '-p', 'tsconfig.json'],
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

function jest(args, broker) {
  const env = { ...process.env };
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
