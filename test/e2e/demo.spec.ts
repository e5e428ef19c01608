import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DEMO_LIMIT_MS = 280_000;

interface DemoReport {
  readonly outcome: string;
  readonly exitCode: number;
  readonly databases: readonly {
    readonly name: string;
    readonly kind: string;
    readonly outcome: string;
    readonly attempts: readonly { readonly member: string; readonly reason: string; readonly outcome: string }[];
  }[];
  readonly events: { readonly failovers: number; readonly agentsLost: number; readonly reroutes: number };
  readonly verified: boolean;
}

describe('npm run demo', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dag-demo-spec-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function demo(...options: readonly string[]): Promise<{ code: number | null; screen: string; report: DemoReport }> {
    const file = join(folder, 'report.json');
    const child = spawn(process.execPath, ['dist/lab/src/demo/main.js', '--json', file, ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEMO_LIMIT_MS,
    });
    let screen = '';
    child.stdout.on('data', (chunk: Buffer) => (screen += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (screen += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        try {
          resolve({ code, screen, report: JSON.parse(readFileSync(file, 'utf8')) as DemoReport });
        } catch (error) {
          reject(new Error(`the demo ended with ${String(code)} and left no report:\n${screen}`, { cause: error }));
        }
      });
    });
  }

  it('goes on after a failover and after the loss of an agent, and what it stored is right', async () => {
    const { code, screen, report } = await demo();
    expect({ code, screen }).toMatchObject({ code: 0 });
    expect(report).toMatchObject({ outcome: 'completed', exitCode: 0, verified: true });
    // The backup that went on may itself be refused once, while Exchange still holds the lock of the one that was struck.
    const rescuedFrom = report.databases
      .filter(({ outcome }) => outcome === 'succeeded')
      .flatMap(({ attempts }) => attempts.map(({ reason }) => reason));
    const missing = ['failover', 'agentLoss'].filter((reason) => !rescuedFrom.some((each) => each === reason));
    expect(missing.length === 0 ? 'both' : `not ${missing.join()}: ${screen}`).toBe('both');
    expect(report.events.failovers).toBeGreaterThanOrEqual(1);
    expect(report.events.agentsLost).toBe(1);
    expect(report.databases.find(({ kind }) => kind === 'recovery')).toMatchObject({
      outcome: 'skipped',
      attempts: [],
    });
    expect(new Set(report.databases.map(({ name }) => name)).size).toBe(16);
    expect(screen).toContain('FAULT');
  });

  it('with five failovers and two kills still ends with every database in one final state', async () => {
    const options = '--failovers 5 --kills 2 --members 6 --databases 30 --seed 7 --size 4MiB..16MiB';
    const { report } = await demo(...options.split(' '));
    expect(report.databases).toHaveLength(34);
    for (const database of report.databases) expect(['succeeded', 'skipped']).toContain(database.outcome);
    expect(report).toMatchObject({ exitCode: 0, verified: true });
  });
});
