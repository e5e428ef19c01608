import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { errorText } from '../../agent/error-text.js';
import { memberIdOf, type ListedBackup } from '#contracts';
import type {
  BackupClient,
  BackupJob,
  ClientExit,
  ClientListing,
  ClientState,
  RestoreJob,
  RunningClient,
} from '../../ports/backup-client.js';
import type { Clock } from '../../ports/clock.js';
import { isCode } from '../error-code.js';
import { LineSplitter } from '../lines.js';
import {
  clientCall,
  LOG_FILE_NAME,
  backupArguments,
  listingCalls,
  logFileName,
  nameProblem,
  settingsArguments,
} from './arguments.js';
import { formatsIn } from './listing/moments.js';
import { parseListing, withoutDoubles } from './listing/parse-listing.js';
import { listProcesses } from './orphans.js';
import { bytesIn, versionIn } from './output.js';
import { restoreArguments, type RestoreSettings } from './restore-arguments.js';

const LINE_MAX_LENGTH = 2_000;
const LINES_KEPT = 50;
const PROGRESS_EVERY_MS = 1_000;
const QUERY_TIMEOUT_MS = 60_000;
/** A storage server may hold hundreds of thousands of backups, and be busy. */
const LISTING_TIMEOUT_MS = 10 * 60_000;
const LISTING_LINES_MAX = 500_000;
/** Between two looks for a process that was killed. */
const KILLED_LOOK_EVERY_MS = 200;
const KILLED_LOOKS_MAX = 150;

export interface TdpexccOptions extends RestoreSettings {
  readonly command: string;
  /** Stand before the arguments of every call. */
  readonly args: readonly string[];
  readonly logDirectory: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Runs tdpexcc.exe, with stdin closed: a prompt must end in an error, not in a wait (reference 7.2). */
export class TdpexccClient implements BackupClient {
  constructor(
    private readonly options: TdpexccOptions,
    private readonly clock: Clock,
  ) {}

  start(job: BackupJob, onProgress: (bytesDone: string) => void): RunningClient {
    const problem = nameProblem(job.databaseName);
    if (problem !== null) return notStarted(problem);
    return this.run(job.attemptId, onProgress, (logFile) => backupArguments(job, this.options, logFile));
  }

  restore(job: RestoreJob, onProgress: (bytesDone: string) => void): RunningClient {
    const target = 'database' in job.into ? nameProblem(job.into.database) : null;
    const problem = nameProblem(job.sourceDatabaseName) ?? target;
    if (problem !== null) return notStarted(problem);
    return this.run(job.jobId, onProgress, (logFile) => restoreArguments(job, this.options, logFile));
  }

  async endOrphans(jobId: string): Promise<void> {
    // Every process of a job has the name of the job's own log file on its command line, and no other process has.
    const mark = logFileName(jobId);
    for (let look = 1; look <= KILLED_LOOKS_MAX; look += 1) {
      const left = (await listProcesses()).filter(
        ({ pid, commandLine }) => pid !== process.pid && commandLine.includes(mark),
      );
      if (left.length === 0) return;
      for (const { pid } of left) killIfThere(pid);
      await new Promise<void>((resolve) => this.clock.setTimer(KILLED_LOOK_EVERY_MS, resolve));
    }
    throw new Error(`processes of ${jobId} do not end although they were killed`);
  }

  async describe(): Promise<ClientState> {
    const { exitCode, startFailure, lastLines } = await this.query(
      settingsArguments(this.options),
      QUERY_TIMEOUT_MS,
      () => undefined,
    );
    if (startFailure !== undefined) {
      return {
        client: { installed: false, version: null },
        warning: `the backup client ${this.options.command} could not be started: ${startFailure}`,
      };
    }
    const call = clientCall(this.options);
    if (exitCode === 0) return { client: { installed: true, version: versionIn(lastLines), call }, warning: null };
    const ended = exitCode === null ? `did not answer within ${QUERY_TIMEOUT_MS} ms` : `ended with ${exitCode}`;
    const warning = `"query tdp" of the backup client ${ended}: ${lastLines.slice(-3).join(' | ')}`;
    return { client: { installed: true, version: null, call }, warning };
  }

  async list(): Promise<ClientListing> {
    const settings = await this.query(settingsArguments(this.options), QUERY_TIMEOUT_MS, () => undefined);
    const formats = formatsIn(settings.lastLines, this.options.timeZone);
    const backups: ListedBackup[] = [];
    const problems: string[] = [];
    const member = memberIdOf(this.options.member);
    let answered = 0;
    for (const { args, node } of listingCalls(this.options)) {
      const lines: string[] = [];
      const { exitCode, startFailure, lastLines } = await this.query(args, LISTING_TIMEOUT_MS, (line) => {
        if (lines.length < LISTING_LINES_MAX) lines.push(line);
      });
      if (lines.length >= LISTING_LINES_MAX) problems.push(`only the first ${LISTING_LINES_MAX} lines were read`);
      if (exitCode === 0) {
        answered += 1;
        const parsed = parseListing(lines, formats, { node, member });
        for (const backup of parsed.backups) backups.push({ ...backup, node: backup.node ?? member });
        if (parsed.problem !== null) problems.push(parsed.problem);
        continue;
      }
      const how = exitCode === null ? `did not answer within ${LISTING_TIMEOUT_MS} ms` : `ended with ${exitCode}`;
      const why = startFailure ?? lastLines.slice(-3).join(' | ');
      problems.push(`"query tsm" of ${node ?? "the member's own node"} ${how}: ${why}`);
    }
    const problem = problems.length === 0 ? null : problems.join('; ');
    // A listing that lacks a node would look as if that node's backups were gone.
    if (answered < listingCalls(this.options).length)
      return { kind: 'failed', problem: problem ?? 'it did not answer' };
    return { kind: 'listed', backups: withoutDoubles(backups), problem };
  }

  /** Deletes log files of attempts that are older than the journal remembers. */
  pruneLogs(olderThanMs: number): void {
    mkdirSync(this.options.logDirectory, { recursive: true });
    for (const name of readdirSync(this.options.logDirectory)) {
      const path = join(this.options.logDirectory, name);
      if (LOG_FILE_NAME.test(name) && statSync(path).mtimeMs < olderThanMs) rmSync(path);
    }
  }

  private run(
    jobId: string,
    onProgress: (bytesDone: string) => void,
    argumentsFor: (logFile: string) => readonly string[],
  ): RunningClient {
    try {
      mkdirSync(this.options.logDirectory, { recursive: true });
      const logFile = join(this.options.logDirectory, logFileName(jobId));
      return this.watch(this.spawn(argumentsFor(logFile)), onProgress);
    } catch (thrown) {
      return notStarted(errorText(thrown));
    }
  }

  private spawn(args: readonly string[]): Child {
    return spawn(this.options.command, [...this.options.args, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
  }

  private async query(args: readonly string[], timeoutMs: number, onLine: (line: string) => void): Promise<ClientExit> {
    let running: RunningClient;
    try {
      running = this.watch(this.spawn(args), () => undefined, onLine);
    } catch (thrown) {
      running = notStarted(errorText(thrown));
    }
    const limit = this.clock.setTimer(timeoutMs, () => running.kill());
    const exit = await running.exited;
    limit.cancel();
    return exit;
  }

  private watch(
    child: Child,
    onProgress: (bytesDone: string) => void,
    onLine: (line: string) => void = () => undefined,
  ): RunningClient {
    const lastLines: string[] = [];
    let bytesDone = '0';
    let toldAtMs = Number.NEGATIVE_INFINITY;
    const takeLine = (line: string): void => {
      onLine(line);
      lastLines.push(line);
      if (lastLines.length > LINES_KEPT) lastLines.shift();
      const bytes = bytesIn(line);
      if (bytes === null || BigInt(bytes) < BigInt(bytesDone)) return;
      bytesDone = bytes;
      if (this.clock.monotonicMs() - toldAtMs < PROGRESS_EVERY_MS) return;
      toldAtMs = this.clock.monotonicMs();
      onProgress(bytesDone);
    };
    const out = new LineSplitter(LINE_MAX_LENGTH, takeLine);
    const err = new LineSplitter(LINE_MAX_LENGTH, takeLine);
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const exited = new Promise<ClientExit>((resolve) => {
      child.once('error', (error) => {
        // An error of a process that runs (a kill that failed) is not its end.
        if (child.pid === undefined) resolve({ exitCode: null, startFailure: error.message, bytesDone, lastLines });
      });
      child.once('exit', (exitCode) => {
        // Output may come after the end, and a grandchild may hold the pipe open for ever: wait for it, but not long.
        const finish = (): void => {
          limit.cancel();
          out.end();
          err.end();
          resolve({ exitCode, bytesDone, lastLines });
        };
        const limit = this.clock.setTimer(PROGRESS_EVERY_MS, finish);
        child.once('close', finish);
      });
    });
    return { pid: child.pid ?? null, exited, kill: () => void child.kill('SIGKILL') };
  }
}

function notStarted(startFailure: string): RunningClient {
  return {
    pid: null,
    exited: Promise.resolve({ exitCode: null, startFailure, bytesDone: '0', lastLines: [] }),
    kill: () => undefined,
  };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    if (!isCode(thrown, 'ESRCH')) throw thrown;
  }
}
