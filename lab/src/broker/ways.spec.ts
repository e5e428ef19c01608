import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installWithApt, type SystemTools } from './apt.js';
import { NoBrokerError } from './index.js';
import { pickPorts } from './ports.js';
import { findProgram } from './program.js';
import { withVhost, withoutPassword } from './types.js';
import { useGivenBroker } from './given.js';

interface Call {
  readonly command: string;
  readonly args: readonly string[];
}

function system(
  overrides: Partial<SystemTools> & { readonly runsAfter?: boolean; readonly codes?: readonly number[] },
) {
  const calls: Call[] = [];
  const codes = [...(overrides.codes ?? [])];
  let installed = false;
  const tools: SystemTools = {
    isRoot: true,
    distribution: 'debian',
    systemBrokerRuns: () => installed && (overrides.runsAfter ?? false),
    async run(command, args) {
      calls.push({ command, args });
      if (args.includes('install')) installed = true;
      if (args.includes('stop')) installed = false;
      return { code: codes.shift() ?? 0, output: 'E: out of luck' };
    },
    ...overrides,
  };
  return { tools, calls };
}

describe('installing RabbitMQ with apt-get', () => {
  it('updates, installs, and leaves the system alone when that started nothing', async () => {
    const { tools, calls } = system({});
    await installWithApt({}, () => undefined, tools);
    expect(calls.map(({ args }) => args[0])).toEqual(['update', 'install']);
  });

  it('stops the broker that the installation started', async () => {
    const { tools, calls } = system({ runsAfter: true });
    const said: string[] = [];
    await installWithApt({}, (line) => said.push(line), tools);
    expect(calls.at(-1)).toEqual({ command: 'service', args: ['rabbitmq-server', 'stop'] });
    expect(said.join()).toContain('stopping that one again');
  });

  it('never stops a broker that ran before', async () => {
    const { tools, calls } = system({ systemBrokerRuns: () => true });
    await installWithApt({}, () => undefined, tools);
    expect(calls.some(({ args }) => args.includes('stop'))).toBe(false);
  });

  it.each<[string, Partial<SystemTools>]>([
    ['not root', { isRoot: false }],
    ['neither Debian nor Ubuntu', { distribution: 'fedora' }],
  ])('does nothing when this is %s', async (reason, change) => {
    const { tools, calls } = system(change);
    await expect(installWithApt({}, () => undefined, tools)).rejects.toThrow(reason);
    expect(calls).toEqual([]);
  });

  it('says what apt-get said when it fails', async () => {
    const { tools } = system({ codes: [0, 100] });
    await expect(installWithApt({}, () => undefined, tools)).rejects.toThrow(
      /apt-get install.* ended with 100: E: out of luck/,
    );
  });
});

describe('getting a broker', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dag-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('fails with the reason when AMQP_URL leads nowhere, and never tells the password', async () => {
    const { amqp } = await pickPorts();
    const refusal = useGivenBroker(`amqp://user:secret@127.0.0.1:${amqp}`, {});
    await expect(refusal).rejects.toThrow(/amqp:\/\/user:\*\*\*@127.0.0.1:\d+ does not let us in/);
  });

  it('names every way there is, and why each did not work, when none did', () => {
    const error = new NoBrokerError(['AMQP_URL: refused', 'container: no Docker engine']);
    for (const text of [
      'AMQP_URL: refused',
      'no Docker engine',
      'set AMQP_URL',
      'apt-get install rabbitmq-server',
      'Docker engine',
    ]) {
      expect(error.message).toContain(text);
    }
  });

  it('takes ports in one free block below the ephemeral range', async () => {
    const { amqp, management, distribution, epmd, cliFirst, cliLast } = await pickPorts();
    expect([management, distribution, epmd, cliFirst].map((port) => port - amqp)).toEqual([1, 2, 3, 4]);
    expect(amqp).toBeGreaterThanOrEqual(20_000);
    expect(cliLast).toBeLessThan(32_768);
  });

  it('finds no program where there is none', () => {
    const found = findProgram({ PATH: folder });
    expect(found === null || found.server.startsWith('/usr/lib/rabbitmq/')).toBe(true);
  });

  it('writes a vhost into a URL, and takes the password out of one', () => {
    expect(withVhost('amqp://u:p@h:1/%2F', 'dag-lab-1')).toBe('amqp://u:p@h:1/dag-lab-1');
    expect(withVhost('amqp://u:p@h:1/, amqp://u:p@i:2/', 'v')).toBe('amqp://u:p@h:1/v,amqp://u:p@i:2/v');
    expect(withVhost('amqp://u:p@h:1', 'a/b')).toBe('amqp://u:p@h:1/a%2Fb');
    expect(withoutPassword('amqp://u:p@h:1/x,amqp://u:p@i:2/x')).not.toContain('p@');
    expect(withoutPassword('amqp://u:p@h:1/x')).toBe('amqp://u:***@h:1/x');
  });
});
