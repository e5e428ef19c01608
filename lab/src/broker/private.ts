import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  endProcess,
  identifyProcess,
  isRunning,
  signalProcess,
  waitForExit,
  type ProcessIdentity,
} from '../supervisor/process-identity.js';
import { ManagementApi } from './management.js';
import { pickPorts } from './ports.js';
import { WayFailed, type BrokerProgram, type Environment, type PrivateBrokerRecord } from './types.js';

/** A first boot took 8 s on two idle cores (rabbitmq.md section 8). */
const READY_WITHIN_MS = 90_000;
const READY_POLL_MS = 150;
const PROBE_TIMEOUT_MS = 2_000;
const SHUTDOWN_WITHIN_MS = 20_000;
const END_GRACE_MS = 10_000;
const PORT_TRIES = 4;
const LOG_TAIL_CHARACTERS = 1_500;

type Plan = Pick<PrivateBrokerRecord, 'directory' | 'program' | 'nodeName' | 'ports'>;

/** Starts a broker of our own with its data in `directory`; when another process takes a port first, again with other ports. */
export async function startPrivateBroker(
  directory: string,
  program: BrokerProgram,
  env: Environment,
  signal?: AbortSignal,
): Promise<PrivateBrokerRecord> {
  const password = randomBytes(18).toString('hex');
  const user = 'dag-lab-admin';
  const nodeName = `dag-lab-${randomBytes(4).toString('hex')}@localhost`;
  for (let attempt = 1; ; attempt += 1) {
    const ports = await pickPorts();
    const plan: Plan = { directory, program, nodeName, ports };
    const address = `${user}:${password}@127.0.0.1`;
    const amqpUrl = `amqp://${address}:${ports.amqp}/%2F`;
    const managementUrl = `http://${address}:${ports.management}`;
    writeFiles(plan, user, password);
    const outcome = await boot(plan, managementUrl, env, signal);
    if (outcome.kind === 'ready') return { kind: 'private', ...plan, ...outcome.processes, amqpUrl, managementUrl };
    if (!/eaddrinuse|in use|not_available/i.test(outcome.output) || attempt === PORT_TRIES) {
      throw new WayFailed(`${program.server} ${outcome.reason}: ${outcome.output.slice(-LOG_TAIL_CHARACTERS).trim()}`);
    }
    rmSync(join(directory, 'data'), { recursive: true, force: true });
  }
}

/** Starts a broker again that ended, with its data, ports and users. */
export async function restartPrivateBroker(
  record: PrivateBrokerRecord,
  env: Environment,
): Promise<PrivateBrokerRecord> {
  if (isRunning(record.process)) return record;
  await endProcess(record.epmd, END_GRACE_MS);
  const outcome = await boot(record, record.managementUrl, env);
  if (outcome.kind === 'ready') return { ...record, ...outcome.processes };
  const tail = outcome.output.slice(-LOG_TAIL_CHARACTERS).trim();
  throw new Error(`the lab's broker did not come back on port ${record.ports.amqp}: it ${outcome.reason}: ${tail}`);
}

/** Ends the broker and its name server, and nothing else. With `discard` the data need not survive, which is ten times faster. */
export async function stopPrivateBroker(
  record: PrivateBrokerRecord,
  env: Environment,
  discard: boolean,
): Promise<void> {
  if (discard) {
    signalProcess(record.process, 'SIGKILL');
  } else if (isRunning(record.process)) {
    signalProcess(record.process, 'SIGCONT');
    await shutDown(record, env);
  }
  await endProcess(record.process, END_GRACE_MS);
  await endProcess(record.epmd, END_GRACE_MS);
}

async function shutDown(record: PrivateBrokerRecord, env: Environment): Promise<void> {
  const control = spawn(record.program.control, ['-q', 'shutdown'], {
    env: brokerEnvironment(record, env),
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    control.once('error', () => resolve());
    control.once('exit', () => resolve());
  });
  const timer = setTimeout(() => control.kill('SIGKILL'), SHUTDOWN_WITHIN_MS);
  await ended;
  clearTimeout(timer);
  await waitForExit(record.process, PROBE_TIMEOUT_MS);
}

interface Processes {
  readonly process: ProcessIdentity;
  readonly epmd: ProcessIdentity;
}
type BootOutcome =
  | { readonly kind: 'ready'; readonly processes: Processes }
  | { readonly kind: 'failed'; readonly reason: string; readonly output: string };

async function boot(plan: Plan, managementUrl: string, env: Environment, signal?: AbortSignal): Promise<BootOutcome> {
  const { directory, program, ports } = plan;
  const outputFile = join(directory, 'output.txt');
  const childEnv = brokerEnvironment(plan, env);
  const output = openSync(outputFile, 'w');
  // Started by us and in the foreground, so that its pid is known; the broker finds it running and uses it.
  const nameServer = spawn(program.epmd, ['-port', String(ports.epmd), '-address', '127.0.0.1'], {
    env: childEnv,
    detached: true,
    stdio: ['ignore', output, output],
  });
  const server = spawn(program.server, [], { env: childEnv, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  const failures: string[] = [];
  for (const child of [nameServer, server]) {
    child.once('error', (error) => failures.push(error.message));
    child.once('exit', (code, killedBy) => failures.push(`exit code ${code ?? killedBy}`));
    child.unref();
  }
  const epmd = nameServer.pid === undefined ? null : identifyProcess(nameServer.pid);
  const api = new ManagementApi(managementUrl);
  const deadline = performance.now() + READY_WITHIN_MS;
  while (failures.length === 0 && performance.now() < deadline) {
    if (signal?.aborted) break;
    if ((await api.answers(PROBE_TIMEOUT_MS)) && (await accepts(ports.amqp))) {
      const beam = readPid(plan);
      if (beam !== null && epmd !== null) return { kind: 'ready', processes: { process: beam, epmd } };
    }
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  for (const leftover of [readPid(plan), server.pid === undefined ? null : identifyProcess(server.pid), epmd]) {
    if (leftover !== null) await endProcess(leftover, END_GRACE_MS);
  }
  signal?.throwIfAborted();
  const reason =
    failures.length > 0 ? `ended (${failures.join(', ')})` : `was not ready within ${READY_WITHIN_MS / 1000} s`;
  return { kind: 'failed', reason, output: readFileSync(outputFile, 'utf8') };
}

function readPid(plan: Plan): ProcessIdentity | null {
  try {
    const pid = Number(readFileSync(join(plan.directory, 'data', `${plan.nodeName}.pid`), 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? identifyProcess(pid) : null;
  } catch {
    // The broker writes the file early in its boot; before that there is none.
    return null;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: PROBE_TIMEOUT_MS });
    const answer = (yes: boolean) => () => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
    socket.once('timeout', answer(false));
  });
}

function writeFiles(plan: Plan, user: string, password: string): void {
  const { directory, ports } = plan;
  for (const folder of ['home', 'data', 'log']) mkdirSync(join(directory, folder), { recursive: true });
  writeFileSync(join(directory, 'enabled_plugins'), '[rabbitmq_management].\n');
  // With a default user of ours, RabbitMQ never makes its "guest".
  const lines = [
    `listeners.tcp.default = 127.0.0.1:${ports.amqp}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${ports.management}`,
    `default_user = ${user}`,
    `default_pass = ${password}`,
    'default_user_tags.administrator = true',
  ];
  writeFileSync(join(directory, 'rabbitmq.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Nothing of the caller's own RabbitMQ or Erlang settings must reach our broker, nor ours the caller's broker. */
function brokerEnvironment(plan: Plan, env: Environment): NodeJS.ProcessEnv {
  const { directory, ports } = plan;
  const foreign = /^(RABBITMQ_|ERL_|NOTIFY_SOCKET$|HOME$)/;
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name))),
    HOME: join(directory, 'home'),
    RABBITMQ_NODENAME: plan.nodeName,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_CTL_DIST_PORT_MIN: String(ports.cliFirst),
    RABBITMQ_CTL_DIST_PORT_MAX: String(ports.cliLast),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
}
