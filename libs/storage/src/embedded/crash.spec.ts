import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../../../../test/support/eventually.js';
import { temporaryFolder, type TemporaryFolder } from '../testing/fixtures.js';
import { openEmbedded } from './open-embedded.js';

const CHILD = fileURLToPath(new URL('../testing/commit-until-killed.mjs', import.meta.url));
const ROUNDS = 4;
const COMMITS_A_ROUND = 30;

/** The child runs the built library, as services do. */
class Committer {
  readonly lines: string[] = [];
  private readonly child: ChildProcess;

  constructor(file: string, firstNumber: number) {
    this.child = spawn(process.execPath, [CHILD, file, String(firstNumber)], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.child.stdout) createInterface(this.child.stdout).on('line', (line) => this.lines.push(line));
  }

  /** True once the child has printed that many lines; throws when it ended by itself, e.g. because the build is missing. */
  hasPrinted(lineCount: number): boolean {
    if (this.child.exitCode !== null)
      throw new Error(`the child ended with code ${this.child.exitCode}; is the project built?`);
    return this.lines.length > lineCount;
  }

  get lastCommitted(): number {
    return Number(this.lines.at(-1));
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }
}

describe('the embedded database and other processes', () => {
  let folder: TemporaryFolder;
  let file: string;
  let child: Committer | undefined;

  beforeEach(() => {
    folder = temporaryFolder();
    file = folder.file('state.db');
  });
  afterEach(async () => {
    await child?.kill();
    folder.remove();
  });

  it('loses no commit and keeps no half of one when its process is killed', async () => {
    let next = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      child = new Committer(file, next);
      const committer = child;
      await until('the child commits', () => committer.hasPrinted(COMMITS_A_ROUND));
      await committer.kill();

      const storage = await openEmbedded({ file, migrations: [] });
      const seen = await storage.db.selectFrom('inbox').select('message_id').orderBy('message_id').execute();
      const toSend = await storage.db.selectFrom('outbox').select('message_id').orderBy('message_id').execute();
      await storage.close();
      expect(seen).toEqual(toSend);
      expect(seen.length).toBeGreaterThan(committer.lastCommitted);
      // One commit may have been made and not yet printed.
      expect(seen.length).toBeLessThanOrEqual(committer.lastCommitted + 2);
      next = seen.length;
    }
  });

  it('is refused to a second process while the first lives, and free at once when that was killed', async () => {
    child = new Committer(file, 0);
    const committer = child;
    await until('the child has opened the file', () => committer.hasPrinted(0));
    await expect(openEmbedded({ file, migrations: [] })).rejects.toMatchObject({
      reason: 'inUse',
      message: expect.stringContaining('another process'),
    });
    await committer.kill();
    const storage = await openEmbedded({ file, migrations: [] });
    expect((await storage.db.selectFrom('inbox').select('message_id').execute()).length).toBeGreaterThanOrEqual(0);
    await storage.close();
  });
});
