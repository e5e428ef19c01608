import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runAs, type RunAs } from './as-user.js';
import type { PostgresProgram } from './program.js';

const FIRST_PORT = 20_000;
/** Below the ports that the system hands out to everybody. */
const LAST_PORT = 32_700;
const PORT_TRIES = 5;
const READY_WITHIN_MS = 30_000;
const INITDB_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 20_000;
const POLL_MS = 50;
const USER = 'dag';
const LOG_TAIL_CHARACTERS = 1_500;
/** First byte of PostgreSQL's answer to a request for encryption, which it gives only when it takes connections. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

const run = promisify(execFile);

/** A PostgreSQL server of our own, its data in a folder of its own, reached from this machine only. */
export class PrivatePostgres {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: PostgresProgram,
    private readonly folder: string,
    private readonly as: RunAs,
    private readonly password: string,
    private port: number,
  ) {}

  /** Makes an empty server in `folder`, which must not exist, in a place that every user may enter, and starts it. */
  static async start(program: PostgresProgram, folder: string): Promise<PrivatePostgres> {
    const as = runAs();
    mkdirSync(folder, { mode: 0o700 });
    as.give(folder);
    const password = randomBytes(18).toString('hex');
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    as.give(passwordFile);
    const data = join(folder, 'data');
    const words = [program.initdb, '-D', data, '-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile];
    const [command, ...args] = [...as.prefix, ...words, '-E', 'UTF8', '--locale=C'];
    await run(command, args, { cwd: folder, timeout: INITDB_WITHIN_MS });
    rmSync(passwordFile);
    const server = new PrivatePostgres(program, folder, as, password, 0);
    for (let tries = 1; ; tries += 1) {
      server.port = randomInt(FIRST_PORT, LAST_PORT);
      const problem = await server.boot();
      if (problem === null) return server;
      if (tries === PORT_TRIES || !/in use/i.test(problem)) throw new Error(`PostgreSQL was not started: ${problem}`);
    }
  }

  get url(): string {
    return `postgres://${USER}:${this.password}@127.0.0.1:${this.port}/postgres`;
  }

  /** Starts it again after `stop` or `kill`, with its data and at its address. */
  async restart(): Promise<void> {
    const problem = await this.boot();
    if (problem !== null) throw new Error(`PostgreSQL did not come back on port ${this.port}: ${problem}`);
  }

  /** An orderly end, with what was open broken off. */
  stop(): Promise<void> {
    return this.end('SIGINT');
  }

  /** An end without order, as after a crash: the next start recovers from the log. */
  kill(): Promise<void> {
    return this.end('SIGQUIT');
  }

  /** Ends it and removes its data. */
  async discard(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(timer);
  }

  /** Null, or why it does not run. */
  private async boot(): Promise<string | null> {
    const { folder, port, program } = this;
    const logFile = join(folder, 'log.txt');
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
    const words = [...this.as.prefix, program.server, '-D', join(folder, 'data')];
    const [command, ...args] = [...words, ...settings.flatMap((setting) => ['-c', setting])];
    const output = openSync(logFile, 'w');
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', output, output] });
    closeSync(output);
    this.child = child;
    let failed: string | null = null;
    child.once('error', (error) => (failed = error.message));
    const deadline = performance.now() + READY_WITHIN_MS;
    while (performance.now() < deadline) {
      if (failed !== null) return failed;
      if (child.exitCode !== null || child.signalCode !== null) break;
      if ((await answers(port)) && /ready to accept connections/.test(readFileSync(logFile, 'utf8'))) return null;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    await this.kill();
    return readFileSync(logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS).trim();
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const answer = (yes: boolean) => () => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', answer(true));
    socket.once('error', answer(false));
    socket.once('close', answer(false));
    socket.once('timeout', answer(false));
  });
}
