import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BackupType, HostMethod } from '#contracts';
import { until } from '../../../../test/support/eventually.js';
import { Engine } from '../../engine/engine.js';
import { answerLine } from '../../exchange-host/requests.js';
import { backupDatabase, type ClientContext } from '../../tdpexcc/backup.js';
import { parseCommand } from '../../tdpexcc/command-line.js';
import { Output } from '../../tdpexcc/output.js';
import { RESTORE_SPELLING } from '../../tdpexcc/restore-spelling.js';
import { restoreDatabase } from '../../tdpexcc/restore.js';
import { createWorld, openWorld, type World, type WorldOptions } from '../index.js';

const SILENT = new Output(true);

/** A lab small and fast enough for tests, with an engine that moves when it is told to. */
export class SmallLab {
  private aheadMs = 0;
  private readonly running = new Set<ChildProcess>();

  private constructor(
    readonly directory: string,
    readonly world: World,
    readonly engine: Engine,
  ) {}

  static async create(options: Partial<WorldOptions> = {}): Promise<SmallLab> {
    const directory = mkdtempSync(join(tmpdir(), 'dag-lab-'));
    await createWorld(directory, {
      members: 3,
      databases: 2,
      copies: 3,
      standalone: 0,
      publicFolders: 0,
      recoveryDatabases: 0,
      withoutClient: 0,
      seed: 1,
      sizeMinBytes: 256 * 1024,
      sizeMaxBytes: 256 * 1024,
      rateBytesPerSecond: 1024 * 1024 * 1024,
      ...options,
    });
    const world = openWorld(directory);
    return new SmallLab(directory, world, new Engine(world.store));
  }

  /** One step of the engine, as if so much more time had passed since the step before. */
  tick(laterMs = 0): void {
    this.aheadMs += laterMs;
    this.engine.tick(this.now());
  }

  /** The lab's time, which the steps put ahead of the clock. */
  now(): number {
    return Date.now() + this.aheadMs;
  }

  /** Many steps, a second each. */
  live(seconds: number): void {
    for (let second = 0; second < seconds; second += 1) this.tick(1_000);
  }

  tdpexcc(member: string, ...argv: readonly string[]): RunningClient {
    const child = spawn(
      process.execPath,
      [builtProgram('tdpexcc'), ...argv, `/LOGFILE=${join(this.directory, `${member}.log`)}`],
      {
        env: { ...process.env, DAG_LAB_DIR: this.directory, DAG_LAB_MEMBER: member },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.running.add(child);
    return new RunningClient(child);
  }

  host(member: string): ChildProcess {
    const child = spawn(
      process.execPath,
      [builtProgram('exchange-host'), '--lab', this.directory, '--member', member],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    this.running.add(child);
    return child;
  }

  /** Asks a member's host without a process between; an error is thrown as `type: message`. */
  ask(member: string, method: HostMethod, params: object = {}): unknown {
    const answer = answerLine(this.world.store, member, JSON.stringify({ id: 1, method, params }));
    if (answer.kind === 'unanswerable') throw new Error(answer.problem);
    const { response } = answer;
    if ('error' in response) throw new Error(`${response.error.type}: ${response.error.message}`);
    return response.result;
  }

  guid(database: string): string {
    return this.world.store.database(database).guid;
  }

  /** Backs up in this process. Answers with the object's name. */
  async backup(member: string, database: string, type: BackupType = 'full'): Promise<string> {
    await backupDatabase(this.client(member), database, type);
    return this.world.status().storedBackups.at(-1)?.objectName ?? '';
  }

  /** Restores in this process; rejects with what the client would say. */
  restore(member: string, database: string, type: BackupType, ...options: readonly string[]): Promise<void> {
    const command = parseCommand(['restore', database, type, ...options]);
    if (command.kind !== 'restore') throw new Error('not a restore');
    const appliesAllLogs = command.options.recover !== RESTORE_SPELLING.applyRestoredLogs;
    return restoreDatabase(this.client(member), database, type, command.options, appliesAllLogs);
  }

  private client(member: string): ClientContext {
    return { store: this.world.store, member, output: SILENT, stop: new AbortController().signal };
  }

  /** Waits until a backup of the database moves data. */
  async transferring(database: string): Promise<void> {
    await until(`a transfer of ${database}`, () =>
      this.world.status().runningBackups.some((each) => each.database === database && each.phase === 'transfer'),
    );
  }

  remove(): void {
    for (const child of this.running) if (child.exitCode === null) child.kill('SIGKILL');
    this.world.close();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class RunningClient {
  output = '';
  readonly ended: Promise<number | null>;

  constructor(readonly process: ChildProcess) {
    process.stdout?.on('data', (data: Buffer) => (this.output += data.toString()));
    process.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
    this.ended = new Promise((settle) => process.once('close', (code) => settle(code)));
  }
}

/** Programs are started as a lab starts them: as built. */
function builtProgram(name: string): string {
  return resolve('dist', 'lab', 'src', name, 'main.js');
}
