import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { failure, type HostMethod, type HostRequest } from '#contracts';
import { errorText } from '../../agent/error-text.js';
import type { Clock, Timer } from '../../ports/clock.js';
import { HostUnavailableError } from '../../ports/exchange-host.js';
import type { Log } from '../../ports/log.js';
import { LineSplitter } from '../lines.js';
import { objectOf, type JsonObject } from './values.js';

/** A list of 1,000 databases with 16 copies each stays below this many characters. */
const LINE_MAX_LENGTH = 16 * 1024 * 1024;
const STDERR_LINE_MAX_LENGTH = 2_000;
const STDERR_LINES_KEPT = 5;
const PENDING_MAX = 64;
const RESTART_FIRST_MS = 1_000;
const RESTART_MAX_MS = 30_000;
const PROTOCOL = 1;

export interface HostProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly requestTimeoutMs: number;
}

/** How the process stands, and what it did since this agent began. */
export interface HostFigures {
  /** It runs, and has answered. */
  readonly isAnswering: boolean;
  readonly starts: number;
  readonly timeouts: number;
  readonly waiting: number;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

interface Pending {
  readonly method: HostMethod;
  readonly timer: Timer;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: HostUnavailableError) => void;
}

/** The long-lived host process: requests and answers by id, a new process when one dies, hangs or talks nonsense. */
export class HostProcess {
  private child: Child | null = null;
  private readonly pending = new Map<number, Pending>();
  private stderrLines: string[] = [];
  private nextId = 1;
  private deaths = 0;
  private restart: Timer | null = null;
  private isClosed = false;
  private isAnswering = false;
  private starts = 0;
  private timeouts = 0;

  constructor(
    private readonly options: HostProcessOptions,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly onEvent: (line: JsonObject) => void,
  ) {}

  start(): void {
    this.restart = null;
    if (this.isClosed) return;
    const { command, args } = this.options;
    const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    this.child = child;
    this.starts += 1;
    this.stderrLines = [];
    const stdout = new LineSplitter(LINE_MAX_LENGTH, (line, isCut) => this.takeLine(child, line, isCut));
    const stderr = new LineSplitter(
      STDERR_LINE_MAX_LENGTH,
      (line) => (this.stderrLines = [...this.stderrLines, line].slice(-STDERR_LINES_KEPT)),
    );
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A write to a dead child fails here; its death is told by 'close'.
    child.stdin.on('error', (error) => this.log.info('host.write-failed', { reason: error.message }));
    child.on('error', (error) => this.onGone(child, `it could not be started: ${error.message}`));
    child.on('close', (code, signal) => this.onGone(child, `it ended (${signal ?? `exit code ${code}`})`));
    void this.greet(child);
  }

  request(method: HostMethod, params: HostRequest['params'] = {}): Promise<unknown> {
    const { child } = this;
    if (!child) return Promise.reject(this.unavailable(method, 'it is not running and is being restarted'));
    if (this.pending.size >= PENDING_MAX)
      return Promise.reject(this.unavailable(method, `${PENDING_MAX} requests wait for an answer`));
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimer(this.options.requestTimeoutMs, () => this.onTimeout(child, id));
      this.pending.set(id, { method, timer, resolve, reject });
      const request: HostRequest = { id, method, params };
      child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  figures(): HostFigures {
    const { isAnswering, starts, timeouts, pending } = this;
    return { isAnswering, starts, timeouts, waiting: pending.size };
  }

  close(): void {
    this.isClosed = true;
    this.restart?.cancel();
    const { child } = this;
    if (!child) return;
    this.onGone(child, 'the agent is stopping');
    child.stdin.end();
    child.kill('SIGKILL');
  }

  private async greet(child: Child): Promise<void> {
    let hello: JsonObject | null;
    try {
      hello = objectOf(await this.request('hello'));
    } catch (thrown) {
      this.log.warn('host.silent', { reason: errorText(thrown) });
      return;
    }
    if (hello?.protocol !== PROTOCOL) {
      this.discard(child, `it speaks protocol ${String(hello?.protocol)}, this agent speaks ${PROTOCOL}`);
      return;
    }
    this.deaths = 0;
    this.log.info('host.ready', { host: hello.host, pid: child.pid });
  }

  private takeLine(child: Child, line: string, isCut: boolean): void {
    if (child !== this.child) return;
    if (isCut) return this.discard(child, `it sent a line of more than ${LINE_MAX_LENGTH} characters`);
    const message = parseLine(line);
    if (!message) {
      // PowerShell writes warnings and banners to the same stream; the request they may belong to runs into its time limit.
      this.log.warn('host.noise', { line: line.slice(0, STDERR_LINE_MAX_LENGTH) });
      return;
    }
    if (typeof message.event === 'string') return this.onEvent(message);
    const { id } = message;
    const waiting = typeof id === 'number' ? this.pending.get(id) : undefined;
    if (typeof id !== 'number' || !waiting) {
      this.log.warn('host.answer-unasked', { id });
      return;
    }
    this.pending.delete(id);
    this.isAnswering = true;
    waiting.timer.cancel();
    const error = objectOf(message.error);
    if (error) waiting.reject(this.refused(waiting.method, error));
    else if ('result' in message) waiting.resolve(message.result);
    else waiting.reject(this.unavailable(waiting.method, 'its answer has neither a result nor an error'));
  }

  private onTimeout(child: Child, id: number): void {
    const late = this.pending.get(id);
    if (!late) return;
    this.timeouts += 1;
    this.discard(child, `it did not answer ${late.method} within ${this.options.requestTimeoutMs} ms`);
  }

  /** A process that hangs or cannot be understood is replaced: one answer lost means that the next one cannot be trusted. */
  private discard(child: Child, why: string): void {
    this.onGone(child, why);
    child.kill('SIGKILL');
  }

  private onGone(child: Child, why: string): void {
    if (child !== this.child) return;
    this.child = null;
    this.isAnswering = false;
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { method, timer, reject } of waiting) {
      timer.cancel();
      reject(this.unavailable(method, why));
    }
    if (this.isClosed) return;
    const delayMs = Math.min(RESTART_MAX_MS, RESTART_FIRST_MS * 2 ** Math.min(this.deaths, 10));
    this.deaths += 1;
    this.log.warn('host.gone', { reason: why, stderr: this.stderrLines, restartAfterMs: delayMs });
    this.restart = this.clock.setTimer(delayMs, () => this.start());
  }

  private unavailable(method: HostMethod, why: string): HostUnavailableError {
    const said = this.stderrLines.length > 0 ? `; it said: ${this.stderrLines.join(' | ')}` : '';
    return new HostUnavailableError(
      failure('host.unavailable', `the Exchange host did not answer ${method}: ${why}${said}`, { retryable: true }),
    );
  }

  private refused(method: HostMethod, error: JsonObject): HostUnavailableError {
    const said = typeof error.message === 'string' ? error.message : JSON.stringify(error);
    const cause = { exchangeError: typeof error.type === 'string' ? error.type : 'unknown' };
    return new HostUnavailableError(
      failure('host.failed', `Exchange refused ${method}: ${said}`, {
        retryable: error.retryable !== false,
        details: cause,
      }),
    );
  }
}

function parseLine(line: string): JsonObject | null {
  try {
    return objectOf(JSON.parse(line));
  } catch {
    // Not JSON: the caller logs the line as noise.
    return null;
  }
}
