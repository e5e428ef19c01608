import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { endProcess, identifyProcess, type ProcessIdentity } from '../supervisor/process-identity.js';
import { ManagementApi } from './management.js';
import { nodeEnvironment, type NodePlan } from './node-files.js';
import type { Environment } from './types.js';

/** A first boot took 8 s on two idle cores, one of three nodes at once 17 s (rabbitmq.md section 8). */
export const READY_WITHIN_MS = 90_000;
const READY_POLL_MS = 150;
const PROBE_TIMEOUT_MS = 2_000;
const END_GRACE_MS = 10_000;

/** A process that was started and may have ended again since. */
export interface Started {
  readonly identity: ProcessIdentity | null;
  /** Why it is known to have ended, or null. */
  problem(): string | null;
}

export type BootOutcome =
  | { readonly kind: 'ready'; readonly process: ProcessIdentity }
  | { readonly kind: 'failed'; readonly reason: string; readonly output: string };

/** Erlang's name server, started by us and in the foreground, so that its pid is known; the broker finds it running and uses it. */
export function startNameServer(plan: NodePlan, env: Environment): Started {
  return startDetached(plan, env, plan.program.epmd, ['-port', String(plan.ports.epmd), '-address', '127.0.0.1'], 'w');
}

/** Starts a broker and waits until it serves. One that does not is ended; its name server is its starter's to end. */
export async function bootNode(
  plan: NodePlan,
  nameServer: Started,
  managementUrl: string,
  env: Environment,
  signal?: AbortSignal,
): Promise<BootOutcome> {
  const server = startDetached(plan, env, plan.program.server, [], 'a');
  const api = new ManagementApi(managementUrl);
  const problem = (): string | null => nameServer.problem() ?? server.problem();
  const deadline = performance.now() + READY_WITHIN_MS;
  while (problem() === null && performance.now() < deadline && !signal?.aborted) {
    if ((await api.answers(PROBE_TIMEOUT_MS)) && (await accepts(plan.ports.amqp))) {
      const beam = readPid(plan);
      if (beam !== null) return { kind: 'ready', process: beam };
    }
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  for (const leftover of [readPid(plan), server.identity])
    if (leftover !== null) await endProcess(leftover, END_GRACE_MS);
  signal?.throwIfAborted();
  const ended = problem();
  const reason = ended === null ? `was not ready within ${READY_WITHIN_MS / 1000} s` : `ended (${ended})`;
  return { kind: 'failed', reason, output: readFileSync(outputFile(plan), 'utf8') };
}

function startDetached(
  plan: NodePlan,
  env: Environment,
  command: string,
  args: readonly string[],
  outputFlag: 'w' | 'a',
): Started {
  mkdirSync(plan.directory, { recursive: true });
  const output = openSync(outputFile(plan), outputFlag);
  const child = spawn(command, args, {
    env: nodeEnvironment(plan, env),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let ended: string | null = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, killedBy) => (ended = `exit code ${code ?? killedBy}`));
  child.unref();
  return { identity: child.pid === undefined ? null : identifyProcess(child.pid), problem: () => ended };
}

function outputFile(plan: NodePlan): string {
  return join(plan.directory, 'output.txt');
}

function readPid(plan: NodePlan): ProcessIdentity | null {
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
