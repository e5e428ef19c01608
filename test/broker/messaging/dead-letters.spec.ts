import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import {
  ActionAudited,
  AttemptAccepted,
  BackupRequested,
  Queues,
  memberUser,
  memberUserName,
  parkQueue,
  parkingQueues,
  serviceUsers,
  type BackupRequest,
} from '#contracts';
import { applyUsers, deleteUsers, Handles, PermanentError, withDeadLetters, type MessageContext } from '#messaging';
import { runCommandLine } from '../../../apps/dagctl/src/command-line.js';
import { startService } from './service.js';
import { sampleEnvelope } from '../../contracts/samples.js';
import { until } from '../../support/eventually.js';
import { hasBroker, MANAGEMENT_URL, Playground, quickTopology, urlFor } from './support.js';

const when = hasBroker ? describe : describe.skip;
/** Users belong to the whole broker, not to a virtual host: these must not meet those of another spec. */
const OWN = randomUUID().slice(0, 8);
const EX01 = `ex01-${OWN}`;
const PASSWORD = randomUUID();
const USERS = [...serviceUsers().map((user) => ({ ...user, name: `${user.name}-${OWN}` })), memberUser(EX01)];
const ERROR = parkQueue('conductor', 'error');

interface Seen {
  readonly id: string;
  readonly sender: string | undefined;
}

const seen: Seen[] = [];
let isBroken = false;

@Controller()
class Conductor {
  @Handles(BackupRequested, Queues.conductorInbox)
  requested(_: BackupRequest, context: MessageContext): void {
    Conductor.take(context);
  }

  @Handles(AttemptAccepted, Queues.conductorInbox)
  accepted(_: object, context: MessageContext): void {
    Conductor.take(context);
  }

  private static take({ envelope: { id }, senderUser }: MessageContext): void {
    if (isBroken) throw new PermanentError('broken', ['not today']);
    seen.push({ id, sender: senderUser });
  }
}

interface Told {
  readonly queues?: readonly { readonly queue: string; readonly count: number; readonly messages: readonly object[] }[];
  readonly messages?: readonly Readonly<Record<string, unknown>>[];
  readonly replayed?: readonly object[];
  readonly refused?: readonly object[];
  readonly discarded?: readonly object[];
}

when('dagctl dead-letters', () => {
  let ground: Playground;
  let app: INestMicroservice;
  let folder: string;
  const as = (name: string) =>
    ground.broker({ url: urlFor(ground.vhost, { name, password: PASSWORD }), service: name });
  const depth = (queue: string) => ground.depth(queue);
  const isParked = (id: string, queue = ERROR) =>
    until(`${id} is parked`, async () => (await idsIn(queue)).includes(id));
  const idsIn = async (queue: string) =>
    (await withDeadLetters(ground.url, (letters) => letters.look(queue, { limit: 1_000 }))).messages.map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dag-dead-letters-'));
    ground = await Playground.open(quickTopology([EX01]));
    const withPasswords = USERS.map((user) => ({ user, password: PASSWORD }));
    await applyUsers(MANAGEMENT_URL, ground.vhost, withPasswords);
    const queues = [{ name: Queues.conductorInbox }];
    app = await startService(as(`dag-conductor-${OWN}`), [Conductor], { queues, verifySender: true });
  });
  afterAll(async () => {
    await app.close();
    await ground.close();
    await deleteUsers(
      MANAGEMENT_URL,
      USERS.map(({ name }) => name),
    );
    await rm(folder, { recursive: true });
  });
  afterEach(async () => {
    isBroken = false;
    seen.length = 0;
    for (const queue of [...parkingQueues(), Queues.inventoryInbox]) await ground.channel.purgeQueue(queue);
  });

  async function dagctl(...words: readonly string[]) {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const [command = '', ...rest] = words;
    const line = ['dead-letters', command, '--url', ground.url, '--json', ...rest];
    const exitCode = await runCommandLine(line, { env: {}, stdout, stderr });
    const out = String(stdout.read() ?? '');
    return { exitCode, told: JSON.parse(out === '' ? '{}' : out) as Told, err: String(stderr.read() ?? '') };
  }

  /** As a service parks it. */
  function park(queue: string, id: string, headers: object = {}, body = '{}') {
    return ground.publishByHand('dag.park', queue, body, { messageId: id, headers });
  }

  async function ask(id: string): Promise<void> {
    await as(`dag-api-${OWN}`).publisher.publish(BackupRequested, {}, { requestedBy: 'test' }, { id });
  }

  it('says when nothing is parked', async () => {
    const { exitCode, told } = await dagctl('list');
    expect(exitCode).toBe(0);
    expect(told.queues?.map(({ queue, count }) => [queue, count])).toEqual(parkingQueues().map((queue) => [queue, 0]));
  });

  it('says who may read, to those who may not', async () => {
    await park(ERROR, 'secret');
    const asApi = urlFor(ground.vhost, { name: `dag-api-${OWN}`, password: PASSWORD });
    const { exitCode, err } = await dagctl('list', '--url', asApi);
    expect(exitCode).toBe(12);
    expect(err).toMatch(/dag\.conductor\.error cannot be read.*administrator of the broker/s);
  });

  it('shows a request that failed, and gives it back: parked again while the fault is there, handled when it is mended', async () => {
    isBroken = true;
    await ask('r1');
    await isParked('r1');
    const listed = await dagctl('list', '--queue', ERROR);
    expect(listed.exitCode).toBe(8);
    expect(listed.told.queues).toEqual([
      {
        queue: ERROR,
        count: 1,
        messages: [expect.objectContaining({ id: 'r1', reason: 'broken', failedIn: Queues.conductorInbox })],
      },
    ]);
    const shown = await dagctl('show', 'r1');
    expect(shown.told.messages).toEqual([
      expect.objectContaining({
        violations: ['not today'],
        origin: { exchange: 'dag.requests', routingKey: 'request.backup', user: `dag-api-${OWN}` },
        body: expect.stringContaining('"requestedBy":"test"'),
      }),
    ]);
    const firstAt = shown.told.messages?.[0]?.['at'];
    expect((await dagctl('replay', 'r1', '--dry-run')).told.replayed).toHaveLength(1);
    expect(await depth(ERROR)).toBe(1);
    const replayed = await dagctl('replay', 'r1');
    expect(replayed).toMatchObject({ exitCode: 0, told: { replayed: [{ id: 'r1', to: [Queues.conductorInbox] }] } });
    await until('it is parked again', async () => {
      const { told } = await dagctl('show', 'r1');
      return told.messages?.length === 1 && told.messages[0]?.['at'] !== firstAt;
    });
    isBroken = false;
    await dagctl('replay', 'r1');
    await until('it is handled', () => seen.length === 1);
    expect(seen).toEqual([{ id: 'r1', sender: `dag-api-${OWN}` }]);
    expect(await depth(ERROR)).toBe(0);
  });

  it("gives an agent's word back with the agent for its sender", async () => {
    isBroken = true;
    const said = { memberId: EX01, runId: randomUUID(), taskId: 't', attemptId: 'a', attempt: 1, epoch: 1 };
    await as(memberUserName(EX01)).publisher.publish(AttemptAccepted, { member: EX01 }, said, { id: 'word' });
    await isParked('word');
    isBroken = false;
    expect((await dagctl('replay', '--queue', ERROR, '--all', '--yes')).exitCode).toBe(0);
    await until('it is handled', () => seen.length === 1);
    expect(seen).toEqual([{ id: 'word', sender: memberUserName(EX01) }]);
  });

  it('does not make a forged message genuine by giving it back', async () => {
    const origin = { 'dag-original-exchange': 'dag.requests', 'dag-original-key': 'request.backup' };
    const fault = { 'dag-fault-queue': Queues.conductorInbox, 'dag-fault-reason': 'broken' };
    await park(ERROR, 'forged', { ...origin, ...fault }, JSON.stringify(sampleEnvelope(BackupRequested.type)));
    expect((await dagctl('replay', 'forged')).exitCode).toBe(0);
    await until('it is parked for what it is', async () => {
      const { told } = await dagctl('show', 'forged');
      return told.messages?.[0]?.['reason'] === 'sender-mismatch';
    });
    // Also where a person rejects it in the management UI, which brings it back as well.
    const parked = await ground.channel.get(ERROR);
    if (!parked) throw new Error('never');
    ground.channel.reject(parked, false);
    await isParked('forged');
    expect(seen).toEqual([]);
  });

  it('leaves everything where it is, however often it is looked at', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `look-${index}`);
    for (const id of ids) await park(ERROR, id);
    await withDeadLetters(ground.url, async (letters) => {
      for (let times = 0; times < 25; times += 1) await letters.look(ERROR, { limit: times % 2 === 0 ? 5 : 12 });
    });
    expect(await idsIn(ERROR)).toEqual(ids);
  });

  it('loses nothing that somebody else looks at', async () => {
    for (const id of ['first', 'second']) await park(ERROR, id);
    const other = await ground.model.createChannel();
    expect(await other.get(ERROR)).toMatchObject({ properties: { messageId: 'first' } });
    expect(await dagctl('discard', 'first')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('somebody else'),
    });
    expect(await idsIn(ERROR)).toEqual(['second']);
    await other.close();
    expect(new Set(await idsIn(ERROR))).toEqual(new Set(['first', 'second']));
  });

  it('leaves everything where it is when it dies with messages in its hands', async () => {
    for (const id of ['one', 'two']) await park(ERROR, id);
    const dying = withDeadLetters(ground.url, (letters) =>
      letters.settle(ERROR, { limit: 10 }, () => Promise.reject(new Error('killed'))),
    );
    await expect(dying).rejects.toThrow('killed');
    expect(await idsIn(ERROR)).toEqual(['one', 'two']);
  });

  it("gives no agent's order back, and discards it on the word of a person, kept in a file", async () => {
    const queue = parkQueue('node', 'error');
    const bytes = Buffer.from([0xff, 0x00]);
    await ground.publishByHand('dag.park', queue, bytes, { messageId: 'order' });
    const refusal = await dagctl('replay', 'order');
    expect(refusal).toMatchObject({
      exitCode: 12,
      told: { refused: [{ id: 'order', why: expect.stringContaining('agent') }] },
    });
    expect(await idsIn(queue)).toEqual(['order']);
    const file = join(folder, 'kept.jsonl');
    expect((await dagctl('discard', 'order', '--dry-run', '--out', file)).told.discarded).toHaveLength(1);
    expect((await dagctl('discard', 'order', '--out', join(folder, 'no', 'such', 'folder'))).exitCode).toBe(12);
    expect(await idsIn(queue)).toEqual(['order']);
    expect((await dagctl('discard', 'order', '--out', file)).exitCode).toBe(0);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      id: 'order',
      bodyBase64: bytes.toString('base64'),
    });
    expect(await depth(queue)).toBe(0);
    const audited = await ground.take(Queues.inventoryInbox);
    expect(JSON.parse(audited.content.toString())).toMatchObject({
      type: ActionAudited.type,
      data: { action: 'message.discard', target: queue, request: { count: 1, ids: ['order'] } },
    });
  });

  it('brings a request that reached no queue to the one that takes it now', async () => {
    await ground.channel.unbindQueue(Queues.conductorInbox, 'dag.requests', 'request.#');
    await ground.publishByHand('dag.requests', 'request.backup', '{"requestId":"lost"}', { messageId: 'lost' });
    expect(await idsIn(Queues.unrouted)).toEqual(['lost']);
    expect((await dagctl('replay', 'lost')).exitCode).toBe(0);
    await until('it is handled', () => seen.some(({ id }) => id === 'lost'));
    expect(await depth(Queues.unrouted)).toBe(0);
  });

  it('brings a request that a service died of back to it, if a person names it', async () => {
    await ground.publishByHand('dag.requests', 'access.token-revoked', '{}', { messageId: 'deadly' });
    const service = await ground.model.createChannel();
    await service.consume(Queues.inventoryInbox, (message) => {
      if (message) service.reject(message, false);
    });
    await until('it is dead', async () => (await depth(Queues.dead)) === 1);
    await service.close();
    expect(await dagctl('replay', '--queue', Queues.dead, '--all', '--yes')).toMatchObject({
      exitCode: 12,
      told: { refused: [{ id: 'deadly', why: expect.stringContaining('died of it') }] },
    });
    expect((await dagctl('replay', 'deadly')).told.replayed).toEqual([
      { id: 'deadly', type: 'dag.token.revoked.v1', to: [Queues.inventoryInbox] },
    ]);
    const back = await ground.take(Queues.inventoryInbox);
    expect(back).toMatchObject({
      fields: { exchange: 'dag.requests', routingKey: 'access.token-revoked' },
      properties: { messageId: 'deadly' },
    });
    expect(await depth(Queues.dead)).toBe(0);
  });

  it('takes all of a queue only when told so twice, and leaves those that may not go', async () => {
    const sent = { 'dag-fault-queue': Queues.conductorInbox, 'dag-original-exchange': 'dag.requests' };
    await park(ERROR, 'restore', { ...sent, 'dag-original-key': 'request.restore' });
    await park(ERROR, 'no-headers');
    await park(ERROR, 'limited');
    expect((await dagctl('discard', '--queue', ERROR, '--all')).exitCode).toBe(2);
    expect((await dagctl('replay', '--queue', ERROR, '--all', '--yes')).told.refused).toHaveLength(3);
    expect((await dagctl('discard', '--queue', ERROR, '--all', '--yes', '--limit', '2')).told).toMatchObject({
      discarded: [{ id: 'restore' }, { id: 'no-headers' }],
      left: 1,
    });
    expect(await idsIn(ERROR)).toEqual(['limited']);
  });

  it('knows an id that is not there, or in two places, or twice in one', async () => {
    expect(await dagctl('show', 'nobody')).toMatchObject({ exitCode: 2, err: expect.stringContaining('"nobody"') });
    const other = parkQueue('inventory', 'error');
    for (const queue of [ERROR, ERROR, other]) await park(queue, 'thrice');
    expect((await dagctl('show', 'thrice')).told.messages).toHaveLength(3);
    expect(await dagctl('discard', 'thrice')).toMatchObject({ exitCode: 2, err: expect.stringContaining('--queue') });
    expect((await dagctl('discard', 'thrice', '--queue', ERROR)).told.discarded).toHaveLength(2);
    expect(await idsIn(other)).toEqual(['thrice']);
  });

  it('gives nothing back from a queue that would lose it', async () => {
    const queue = parkQueue('inventory', 'skipped');
    await ground.channel.deleteQueue(queue);
    await ground.channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await ground.channel.bindQueue(queue, 'dag.park', queue);
    const sent = { 'dag-original-exchange': 'dag.requests', 'dag-original-key': 'access.token-issued' };
    await park(queue, 'token', { ...sent, 'dag-fault-queue': Queues.inventoryInbox });
    const { exitCode, err } = await dagctl('replay', 'token');
    expect(exitCode).toBe(12);
    expect(err).toContain('dagctl topology apply');
    expect(await idsIn(queue)).toEqual(['token']);
  });
});
