import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readState, writeState } from './files.js';
import { identifyProcess, isFrozen, isRunning, type ProcessIdentity } from './process-identity.js';
import type { ServicePlan } from './service-plan.js';

const READY_EVENT = 'service.ready';
const POLL_MS = 50;
const LAST_LINES = 12;
const LAST_LINES_MAX_CHARACTERS = 2_400;
const PID_FILE = 'pid.json';
const LOG_FILE = 'log';

export type ServiceState = 'running' | 'frozen' | 'stopped';

/** A service that did not become ready, with the last it said. */
export class ServiceFailed extends Error {
  constructor(name: string, reason: string, folder: string, said: string) {
    super(`${name} ${reason}. The last of its log (${join(folder, LOG_FILE)}):\n${said === '' ? '  (nothing)' : said}`);
    this.name = 'ServiceFailed';
  }
}

/** A process in a folder: its configuration, log, and pid. Detached: it outlives the command that started it. */
export class ServiceProcess {
  constructor(
    readonly plan: ServicePlan,
    readonly folder: string,
  ) {}

  /** Does nothing for one that runs. Resolves when the process exists; {@link waitReady} when it works. */
  start(): { readonly logFrom: number } {
    mkdirSync(this.folder, { recursive: true });
    const logFile = join(this.folder, LOG_FILE);
    const logFrom = existsSync(logFile) ? statSync(logFile).size : 0;
    if (this.state() !== 'stopped') return { logFrom: 0 };
    if (this.plan.config !== undefined) {
      writeFileSync(join(this.folder, 'config.yaml'), stringify(this.plan.config), { mode: 0o600 });
    }
    for (const [name, content] of Object.entries(this.plan.files ?? {}))
      writeFileSync(join(this.folder, name), content);
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(process.execPath, ['--enable-source-maps', this.plan.script, ...this.plan.args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...ownEnvironment(), ...this.plan.env },
    });
    closeSync(log);
    child.unref();
    // A failed spawn leaves no pid, which is reported below; without a listener the event would end this process.
    child.once('error', () => undefined);
    const identity = child.pid === undefined ? null : identifyProcess(child.pid);
    if (identity === null)
      throw new ServiceFailed(this.plan.name, 'could not be started', this.folder, this.lastLines());
    writeState(join(this.folder, PID_FILE), identity);
    return { logFrom };
  }

  /** Waits for the service's own word, looking only at what it logged since `logFrom`. */
  async waitReady(logFrom: number, withinMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.plan.saysReady) return;
    await this.waitFor(() => this.logSince(logFrom).includes(`"${READY_EVENT}"`) || undefined, withinMs, signal);
  }

  /** Waits until the service has logged an event, and gives the last one's value of a field. */
  waitLogged(event: string, field: string, withinMs: number, signal?: AbortSignal): Promise<string> {
    return this.waitFor(() => this.lastLogged(event, field), withinMs, signal);
  }

  /** A field of the last event of that name in the service's log. */
  lastLogged(event: string, field: string): string | undefined {
    const line = new RegExp(`^.*"event":"${event.replaceAll('.', '\\.')}".*$`, 'gm');
    const last = this.logSince(0).match(line)?.at(-1);
    const value = last === undefined ? undefined : (JSON.parse(last) as Readonly<Record<string, unknown>>)[field];
    return typeof value === 'string' ? value : undefined;
  }

  private async waitFor<Value>(look: () => Value | undefined, withinMs: number, signal?: AbortSignal): Promise<Value> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const value = look();
      if (value !== undefined) return value;
      signal?.throwIfAborted();
      if (this.state() === 'stopped') throw this.failed('ended before it was ready');
      if (performance.now() > deadline) throw this.failed(`was not ready within ${withinMs / 1_000} s`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  identity(): ProcessIdentity | null {
    const identity = readState(join(this.folder, PID_FILE), isIdentity);
    return identity !== null && isRunning(identity) ? identity : null;
  }

  state(): ServiceState {
    const identity = this.identity();
    if (identity === null) return 'stopped';
    return isFrozen(identity) ? 'frozen' : 'running';
  }

  forget(): void {
    rmSync(join(this.folder, PID_FILE), { force: true });
  }

  private failed(reason: string): ServiceFailed {
    return new ServiceFailed(this.plan.name, reason, this.folder, this.lastLines());
  }

  private lastLines(): string {
    const lines = this.logSince(0).trimEnd().split('\n').slice(-LAST_LINES);
    return lines
      .map((line) => `  ${line}`)
      .join('\n')
      .slice(-LAST_LINES_MAX_CHARACTERS);
  }

  private logSince(offset: number): string {
    const file = join(this.folder, LOG_FILE);
    return existsSync(file) ? readFileSync(file).subarray(offset).toString('utf8') : '';
  }
}

/** Without the caller's settings of the product itself, which would override the configuration written here. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('DAG_')));
}

function isIdentity(content: object): content is ProcessIdentity {
  return 'pid' in content && 'startedAt' in content;
}
