import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  endProcess,
  isRunning,
  signalProcess,
  waitForExit,
  type ProcessIdentity,
} from '../supervisor/process-identity.js';
import { bootNode, startNameServer, type BootOutcome } from './boot.js';
import { ADMIN, nodeEnvironment, writeNodeFiles, type NodePlan } from './node-files.js';
import { pickPorts } from './ports.js';
import { WayFailed, type BrokerProgram, type Environment, type PrivateBrokerRecord } from './types.js';

const SHUTDOWN_SEEN_WITHIN_MS = 2_000;
const SHUTDOWN_WITHIN_MS = 20_000;
const END_GRACE_MS = 10_000;
const PORT_TRIES = 4;
const LOG_TAIL_CHARACTERS = 1_500;

/** Starts a broker of our own with its data in `directory`; when another process takes a port first, again with other ports. */
export async function startPrivateBroker(
  directory: string,
  program: BrokerProgram,
  env: Environment,
  signal?: AbortSignal,
): Promise<PrivateBrokerRecord> {
  const password = randomBytes(18).toString('hex');
  const nodeName = `dag-lab-${randomBytes(4).toString('hex')}@localhost`;
  for (let attempt = 1; ; attempt += 1) {
    const ports = await pickPorts();
    const plan: NodePlan = { directory, program, nodeName, ports };
    const address = `${ADMIN}:${password}@127.0.0.1`;
    const amqpUrl = `amqp://${address}:${ports.amqp}/%2F`;
    const managementUrl = `http://${address}:${ports.management}`;
    writeNodeFiles(plan, password);
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
    env: nodeEnvironment(record, env),
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    control.once('error', () => resolve());
    control.once('exit', () => resolve());
  });
  const timer = setTimeout(() => control.kill('SIGKILL'), SHUTDOWN_WITHIN_MS);
  await ended;
  clearTimeout(timer);
  await waitForExit(record.process, SHUTDOWN_SEEN_WITHIN_MS);
}

type PrivateOutcome =
  | {
      readonly kind: 'ready';
      readonly processes: { readonly process: ProcessIdentity; readonly epmd: ProcessIdentity };
    }
  | Extract<BootOutcome, { readonly kind: 'failed' }>;

async function boot(
  plan: NodePlan,
  managementUrl: string,
  env: Environment,
  signal?: AbortSignal,
): Promise<PrivateOutcome> {
  const nameServer = startNameServer(plan, env);
  const epmd = nameServer.identity;
  try {
    const outcome = await bootNode(plan, nameServer, managementUrl, env, signal);
    if (outcome.kind === 'failed') {
      if (epmd !== null) await endProcess(epmd, END_GRACE_MS);
      return outcome;
    }
    if (epmd !== null) return { kind: 'ready', processes: { process: outcome.process, epmd } };
    await endProcess(outcome.process, END_GRACE_MS);
    return { kind: 'failed', reason: 'has no name server of its own', output: nameServer.problem() ?? '' };
  } catch (error) {
    if (epmd !== null) await endProcess(epmd, END_GRACE_MS);
    throw error;
  }
}
