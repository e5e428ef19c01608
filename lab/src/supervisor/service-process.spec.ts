import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../test/support/eventually.js';
import { findOrphans } from './orphans.js';
import { endProcess, identifyProcess, isRunning, signalProcess, waitForExit } from './process-identity.js';
import { ServiceProcess } from './service-process.js';

const READY = `console.log(JSON.stringify({ event: 'service.ready' })); setInterval(() => {}, 1000);`;
const WITHIN_MS = 60_000;

describe('a service as a process', () => {
  let folder: string;
  const started: ServiceProcess[] = [];

  function service(code: string, config?: object): ServiceProcess {
    const script = join(folder, 'script.mjs');
    writeFileSync(script, code);
    const plan = {
      name: 'conductor',
      script,
      args: [],
      env: { MARK: 'set' },
      saysReady: true,
      ...(config ? { config } : {}),
    } as const;
    const made = new ServiceProcess(plan, join(folder, 'service'));
    started.push(made);
    return made;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dag-spec-'));
  });

  afterEach(async () => {
    for (const one of started.splice(0)) {
      const identity = one.identity();
      if (identity !== null) await endProcess(identity, WITHIN_MS);
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('is ready when it says so, runs, freezes, goes on, and ends', async () => {
    const one = service(READY);
    await one.waitReady(one.start().logFrom, WITHIN_MS);
    const identity = one.identity();
    expect(one.state()).toBe('running');
    if (identity === null) throw new Error('a running service has an identity');
    signalProcess(identity, 'SIGSTOP');
    await until('the process stands still', () => one.state() === 'frozen');
    expect(await endProcess(identity, WITHIN_MS)).toBe('ended');
    expect(one.state()).toBe('stopped');
  });

  it('is started once, however often it is asked', async () => {
    const one = service(READY);
    await one.waitReady(one.start().logFrom, WITHIN_MS);
    const pid = one.identity()?.pid;
    one.start();
    expect(one.identity()?.pid).toBe(pid);
  });

  it('is not taken for ready because an earlier start of it was', async () => {
    const one = service(READY);
    await one.waitReady(one.start().logFrom, WITHIN_MS);
    const identity = one.identity();
    if (identity !== null) await endProcess(identity, WITHIN_MS);
    writeFileSync(one.plan.script, `console.error('no luck this time'); process.exit(3);`);
    await expect(one.waitReady(one.start().logFrom, WITHIN_MS)).rejects.toThrow(
      /conductor ended before it was ready[^]*no luck this time/,
    );
  });

  it('tells the last of the log when it is not ready in time', async () => {
    const one = service(`console.log('still thinking'); setInterval(() => {}, 1000);`);
    const { logFrom } = one.start();
    const failure = one.waitReady(logFrom, 600);
    await expect(failure).rejects.toThrow(/was not ready within 0.6 s[^]*still thinking/);
  });

  it('has its configuration in a file that only its owner reads', async () => {
    const one = service(READY, { broker: { urlFile: '/x' } });
    await one.waitReady(one.start().logFrom, WITHIN_MS);
    const file = join(one.folder, 'config.yaml');
    expect(readFileSync(file, 'utf8')).toBe('broker:\n  urlFile: /x\n');
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  it('is not what a reused pid names: a signal reaches no stranger', () => {
    const self = identifyProcess(process.pid);
    if (self === null) throw new Error('this process runs');
    const stranger = { ...self, startedAt: `${self.startedAt}0` };
    expect(isRunning(self)).toBe(true);
    expect(isRunning(stranger)).toBe(false);
    expect(signalProcess(stranger, 'SIGKILL')).toBe(false);
  });

  it('leaves orphans that are found by the lab they belong to, and only by that', async () => {
    const one = service(READY);
    const script = join(folder, 'lab/src/tdpexcc/main.js');
    const child = new ServiceProcess(
      { name: 'engine', script, args: [`/LOGFILE=${folder}/services/x.log`], env: {}, saysReady: true },
      join(folder, 'orphan'),
    );
    mkdirSync(join(folder, 'lab/src/tdpexcc'), { recursive: true });
    writeFileSync(script, READY);
    started.push(child);
    await child.waitReady(child.start().logFrom, WITHIN_MS);
    await one.waitReady(one.start().logFrom, WITHIN_MS);
    expect(findOrphans(folder).map(({ pid }) => pid)).toEqual([child.identity()?.pid]);
    expect(findOrphans(folder.slice(0, -1))).toEqual([]);
    const identity = child.identity();
    if (identity === null) throw new Error('the orphan runs');
    signalProcess(identity, 'SIGKILL');
    expect(await waitForExit(identity, WITHIN_MS)).toBe(true);
    expect(findOrphans(folder)).toEqual([]);
  });
});
