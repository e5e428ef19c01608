import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { WayFailed, type Environment, type Say } from './types.js';

const UPDATE_WITHIN_MS = 5 * 60_000;
const INSTALL_WITHIN_MS = 15 * 60_000;
const STOP_WITHIN_MS = 60_000;
const OUTPUT_MAX_CHARACTERS = 20_000;
const SHOWN_CHARACTERS = 400;

/** Where the broker that Debian's package starts leaves its pid. */
const SYSTEM_PID_FILES = ['/run/rabbitmq/pid', '/var/run/rabbitmq/pid'];

/** The system as this way sees it; tests bring their own. */
export interface SystemTools {
  readonly isRoot: boolean;
  readonly distribution: string;
  run(command: string, args: readonly string[], env: Environment, withinMs: number): Promise<CommandResult>;
  systemBrokerRuns(): boolean;
}

export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Installs Debian's package. Installing it may start the system's own broker: that one is then a broker that we started,
 * and it is stopped again, unless one was running before.
 */
export async function installWithApt(env: Environment, say: Say, system: SystemTools = thisSystem()): Promise<void> {
  if (!/^(debian|ubuntu)$/m.test(system.distribution)) throw new WayFailed('this is neither Debian nor Ubuntu');
  if (!system.isRoot) throw new WayFailed('apt-get needs root, and this is not root');
  const before = system.systemBrokerRuns();
  const aptEnv = { ...env, DEBIAN_FRONTEND: 'noninteractive' };
  const packages = ['install', '-y', '--no-install-recommends', 'rabbitmq-server'];
  await must(system, 'apt-get', ['update'], aptEnv, UPDATE_WITHIN_MS);
  await must(system, 'apt-get', packages, aptEnv, INSTALL_WITHIN_MS);
  if (before || !system.systemBrokerRuns()) return;
  say('Broker: the installation started the system’s own broker; stopping that one again.');
  await system.run('service', ['rabbitmq-server', 'stop'], env, STOP_WITHIN_MS);
  if (system.systemBrokerRuns()) say('Broker: it did not stop; "service rabbitmq-server stop" as root ends it.');
}

async function must(
  system: SystemTools,
  command: string,
  args: readonly string[],
  env: Environment,
  withinMs: number,
): Promise<void> {
  const { code, output } = await system.run(command, args, env, withinMs);
  if (code === 0) return;
  throw new WayFailed(
    `"${command} ${args.join(' ')}" ended with ${code ?? 'no exit code'}: ${output.slice(-SHOWN_CHARACTERS).trim()}`,
  );
}

function thisSystem(): SystemTools {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const ids = [...release.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].flatMap((match) =>
    (match[1] ?? '').replaceAll('"', '').split(' '),
  );
  return {
    isRoot: process.getuid?.() === 0,
    distribution: ids.join('\n'),
    run: runCommand,
    systemBrokerRuns: () =>
      SYSTEM_PID_FILES.some((file) => existsSync(file) && existsSync(`/proc/${readFileSync(file, 'utf8').trim()}`)),
  };
}

function runCommand(
  command: string,
  args: readonly string[],
  env: Environment,
  withinMs: number,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_MAX_CHARACTERS);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    const end = (code: number | null, text: string): void => {
      clearTimeout(timer);
      resolve({ code, output: output + text });
    };
    child.once('error', (error) => end(null, error.message));
    child.once('close', (code) => end(code, ''));
  });
}
