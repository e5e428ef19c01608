import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrivatePostgres, findPostgres } from '../../lab/src/postgres/index.js';
import { labPaths } from '../../lab/src/supervisor/index.js';
import { startBackup, whenEnded, whenSeen, whenTask } from '../e2e/runs.js';
import { eventually } from '../support/eventually.js';
import { ServiceCopy } from '../support/service-copy.js';
import { startLab, type RunningLab } from '../support/start-lab.js';

const MIB = 1024 * 1024;

const program = findPostgres();
if (program === null)
  process.stderr.write(
    'LEFT OUT: the tests that kill a PostgreSQL of their own, because its server is not installed (apt-get install postgresql).\n',
  );

(program === null ? describe.skip : describe)('a PostgreSQL that is killed in the middle of a run', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dag-postgres-'));
  let server: PrivatePostgres;
  let running: RunningLab;
  let standby: ServiceCopy | undefined;

  beforeAll(async () => {
    if (program === null) throw new Error('PostgreSQL is not installed any more');
    // Its own user must be able to get to its folder.
    chmodSync(directory, 0o711);
    server = await PrivatePostgres.start(program, join(directory, 'server'));
    process.env['DATABASE_URL'] = server.url;
    running = await startLab({
      world: {
        members: 2,
        databases: 3,
        copies: 2,
        sizeMinBytes: 6 * MIB,
        sizeMaxBytes: 6 * MIB,
        rateBytesPerSecond: 2 * MIB,
      },
    });
    delete process.env['DATABASE_URL'];
    await whenSeen(running, 3);
  });

  afterAll(async () => {
    await standby?.kill();
    await running?.stop();
    await server?.discard();
    rmSync(directory, { recursive: true, force: true });
  });

  /** How often a conductor, whichever, had to hold what it was told. */
  function heldCount(): number {
    const ofLab = readFileSync(join(labPaths(running.directory).service('conductor'), 'log'), 'utf8').split('\n');
    return [...(standby?.lines ?? []), ...ofLab].filter((line) => line.includes('message.held')).length;
  }

  /** Strikes while two databases are at work, and comes back when one of them has ended, which nobody could store. */
  async function runThroughAnOutage(): Promise<void> {
    const requestId = await startBackup(running);
    await whenTask(running, requestId, 'a database is being backed up', ({ status }) => status === 'running');
    const heldBefore = heldCount();
    const storedBefore = running.status().storedBackups.length;
    await server.kill();
    await eventually(() => running.status().storedBackups.length > storedBefore && heldCount() > heldBefore, {
      what: 'a backup ends, and a conductor cannot store what it is told',
    });
    await server.restart();
    const run = await whenEnded(running, requestId);
    expect({ exitCode: run.exitCode, ends: run.tasks.map(({ status }) => status) }).toEqual({
      exitCode: 0,
      ends: ['succeeded', 'succeeded', 'succeeded'],
    });
    expect(run.tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
  }

  it('costs no attempt: each database is backed up once, with one conductor', async () => {
    await runThroughAnOutage();
    expect(running.lab.status().filter(({ state }) => state !== 'running')).toEqual([]);
    expect(await running.verify()).toEqual({ checked: 3, failures: [] });
  });

  it('costs no attempt either where another conductor stands by, whichever of the two acts afterwards', async () => {
    standby = new ServiceCopy(
      'conductor',
      join(labPaths(running.directory).service('conductor'), 'config.yaml'),
      server.url,
    );
    await standby.says('stands by');
    await runThroughAnOutage();
    expect(await running.verify()).toEqual({ checked: 6, failures: [] });
  });
});
