import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { obtainBroker, openBroker, startBrokerAgain, type ObtainedBroker } from '../../lab/src/broker/index.js';
import { nodeEnvironment } from '../../lab/src/broker/node-files.js';
import { findProgram } from '../../lab/src/broker/program.js';
import { identifyProcess, signalProcess, waitForExit } from '../../lab/src/supervisor/process-identity.js';

const { AMQP_URL: _given, ...env } = process.env;
/** Elsewhere the broker of these tests comes another way, and there is none of our own to start. */
const whereInstalled = findProgram(env) === null ? describe.skip : describe;

whereInstalled('a private broker', () => {
  let directory: string;
  let broker: ObtainedBroker | undefined;
  const said: string[] = [];

  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'dag-broker-')), 'with a space');
  });

  afterEach(async () => {
    await openBroker(directory, env)?.stop({ discard: true });
    rmSync(dirname(directory), { recursive: true, force: true });
  });

  it('starts on its own, without a guest, keeps its data over a kill, and leaves nothing behind', async () => {
    broker = await obtainBroker({ directory, say: (line) => said.push(line), env });
    expect(broker).toMatchObject({ kind: 'private', ownsBroker: true });
    expect(said).toEqual([expect.stringContaining('starting a private rabbitmq-server')]);
    expect(statSync(join(directory, 'broker.json')).mode & 0o077).toBe(0);
    expect(said.join()).not.toContain(new URL(broker.amqpUrl).password);
    await expect(connect(asGuest(broker.amqpUrl))).rejects.toThrow(/ACCESS.REFUSED/i);
    const { amqpUrl } = await broker.createVhost('dag-lab-spec');
    await leaveMessage(amqpUrl);

    if (broker.record.kind !== 'private') throw new Error('the record is that of a private broker');
    const { process: beam, epmd, program } = broker.record;
    // A confirmed message is on the disk. That there is such a queue is not, for a moment after its declaration: the broker is told to write it.
    await promisify(execFile)(program.control, ['-q', 'eval', 'ok = mnesia:sync_log().'], {
      env: nodeEnvironment(broker.record, env),
    });
    signalProcess(beam, 'SIGKILL');
    expect(await waitForExit(beam, 60_000)).toBe(true);
    await startBrokerAgain(directory, env);
    expect(await takeMessage(amqpUrl)).toBe('kept');

    const again = openBroker(directory, env);
    await again?.stop();
    for (const pid of [again?.pid, beam.pid, epmd.pid])
      expect(pid === undefined ? null : identifyProcess(pid)).toBeNull();
  });

  it('is ended when it is given up while it boots', async () => {
    const giveUp = new AbortController();
    const obtained = obtainBroker({ directory, say: () => giveUp.abort(), env, signal: giveUp.signal });
    await expect(obtained).rejects.toThrow(/abort/i);
    const log = join(directory, 'output.txt');
    expect(existsSync(log) ? readFileSync(log, 'utf8') : '').not.toContain('completed with');
  });
});

function asGuest(amqpUrl: string): string {
  const url = new URL(amqpUrl);
  url.username = 'guest';
  url.password = 'guest';
  return url.href;
}

async function leaveMessage(amqpUrl: string): Promise<void> {
  const connection = await connect(amqpUrl);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('spec', { durable: true });
  channel.sendToQueue('spec', Buffer.from('kept'), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function takeMessage(amqpUrl: string): Promise<string> {
  const connection = await connect(amqpUrl);
  const channel = await connection.createChannel();
  const message = await channel.get('spec');
  await connection.close();
  return message === false ? '' : message.content.toString('utf8');
}
