import type { ChildProcess } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { memberIdOf, type HostDatabase } from '#contracts';
import { until } from '../../../test/support/eventually.js';
import { SmallLab } from '../world/testing/small-lab.js';
import { LINE_MAX_CHARS, LineCutter } from './lines.js';
import { timeSpan } from './views.js';

let lab: SmallLab;
beforeEach(async () => {
  lab = await SmallLab.create({ standalone: 1, publicFolders: 1, recoveryDatabases: 1, withoutClient: 1 });
});
afterEach(() => lab.remove());

/** Any message of the host. */
interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly message: string; readonly retryable: boolean };
  readonly event?: string;
}

/** The other end of the protocol. */
class Conversation {
  readonly messages: Message[] = [];
  complaints = '';
  exitCode: number | null | undefined;
  private nextId = 1;

  constructor(private readonly child: ChildProcess) {
    const cutter = new LineCutter(
      (line) => this.messages.push(JSON.parse(line)),
      () => undefined,
    );
    child.stdout?.on('data', (data: Buffer) => cutter.push(data.toString()));
    child.stderr?.on('data', (data: Buffer) => (this.complaints += data.toString()));
    child.once('close', (code) => (this.exitCode = code));
  }

  write(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  async ask(method: string, params: object = {}): Promise<unknown> {
    const { error, result } = await this.request(method, params);
    if (error !== undefined) throw new Error(`${error.type}: ${error.message}`);
    return result;
  }

  async database(guid: string): Promise<HostDatabase> {
    const found: HostDatabase = JSON.parse(JSON.stringify(await this.ask('getDatabase', { guid })));
    return found;
  }

  async request(method: string, params: object = {}): Promise<Message> {
    const id = this.nextId++;
    this.write(JSON.stringify({ id, method, params }));
    const answers = (): readonly Message[] => this.messages.filter((each) => each.id === id);
    await until(`answer to ${method}`, () => answers().length > 0);
    return answers()[0] ?? {};
  }

  events(): readonly Message[] {
    return this.messages.filter((each) => each.event !== undefined);
  }

  end(): void {
    this.child.stdin?.end();
  }
}

const talkTo = (member: string): Conversation => new Conversation(lab.host(member));

describe('the host', () => {
  it('answers for its server and its databases', async () => {
    const host = talkTo('ex01');
    expect(await host.ask('hello')).toEqual({ protocol: 1, host: 'emulated Exchange on EX01' });
    expect(await host.ask('describeServer')).toMatchObject({
      name: 'EX01',
      dag: { name: 'DAG1', members: ['EX01', 'EX02', 'EX03', 'EX04'] },
    });
    const databases: readonly HostDatabase[] = JSON.parse(JSON.stringify(await host.ask('listDatabases')));
    const held = lab.world.status().databases.filter((each) => each.copies.some((copy) => copy.member === 'EX01'));
    expect(databases.map((each) => each.name)).toEqual(held.map((each) => each.name));
    const mailbox = databases.find((each) => each.name === 'MBX01');
    expect(mailbox).toMatchObject({
      mounted: true,
      backupInProgress: false,
      recovery: false,
      sizeBytes: '262144',
      lastFullBackupUtc: null,
    });
    expect(mailbox?.copies.map((copy) => [memberIdOf(copy.server), copy.active, copy.status, copy.replayLag])).toEqual([
      ['ex01', true, 'Mounted', '00:00:00'],
      ['ex02', false, 'Healthy', '00:00:00'],
      ['ex03', false, 'Healthy', '7.00:00:00'],
    ]);
    expect(await host.ask('getDatabase', { guid: mailbox?.guid.toUpperCase() })).toEqual(mailbox);
    expect(await host.ask('getDatabase', { guid: 'ffffffff-0000-4000-8000-000000000000' })).toBeNull();
  });

  it('survives rubbish, refuses what it cannot do, and ends with its input', async () => {
    const host = talkTo('EX02');
    host.write('this is not JSON');
    host.write('[1,2]');
    host.write('{"method":"hello"}');
    host.write('x'.repeat(LINE_MAX_CHARS + 10));
    expect(await host.request('formatDisk')).toMatchObject({
      error: { type: 'request.unknown-method', retryable: false },
    });
    expect(await host.request('getDatabase')).toMatchObject({ error: { type: 'request.invalid', retryable: false } });
    expect(await host.request('getDatabase', { guid: null })).toMatchObject({ error: { type: 'request.invalid' } });
    await until('all complaints', () => host.complaints.split('\n').length > 4);
    expect(host.complaints).toMatch(
      /not JSON[^]*must be a JSON object[^]*whole number as id[^]*more than 65536 characters/,
    );
    host.end();
    await until('an end', () => host.exitCode !== undefined);
    expect(host.exitCode).toBe(0);
  });

  it('tells of a move once, on the server with the PAM role alone', async () => {
    const primary = talkTo('EX01');
    const other = talkTo('EX02');
    await Promise.all([primary.ask('hello'), other.ask('hello')]);
    const { operationId, databaseGuid } = lab.world.switchover('MBX01', 'EX02');
    lab.live(2);
    await until('an event', () => primary.events().length > 0);
    lab.world.stopMember('EX01');
    const second = lab.world.status().databases.find((each) => each.name === 'MBX02');
    lab.world.failover('MBX02', second?.copies[1]?.member ?? '');
    lab.live(2);
    await until('an event of the new PAM', () => other.events().length > 0);
    expect(primary.events()).toEqual([{ event: 'databaseMoved', databaseGuid, operationId, initiator: 'Admin' }]);
    expect(other.events()).toEqual([expect.objectContaining({ databaseGuid: second?.guid, initiator: 'Automatic' })]);
    expect(await primary.request('listDatabases')).toMatchObject({
      error: { type: 'exchange.unavailable', retryable: true },
    });
  });

  it('knows nothing of an unmounted database, and reports a dead server’s copies as ServiceDown', async () => {
    const host = talkTo('EX02');
    const { guid = '' } = lab.world.status().databases.find((each) => each.name === 'MBX01') ?? {};
    lab.world.stopMember('EX03');
    lab.world.dismount('MBX01');
    const database = await host.database(guid);
    expect(database).toMatchObject({
      mounted: false,
      backupInProgress: null,
      sizeBytes: null,
      lastFullBackupUtc: null,
      circularLogging: false,
    });
    expect(database.copies.map((copy) => copy.status)).toEqual(['Dismounted', 'Healthy', 'ServiceDown']);
    expect(BigInt(database.copies[2]?.copyQueueLength ?? 0)).toBeGreaterThan(2n ** 53n);
  });

  it('shows the last full backup to a passive copy only when it has replayed that far', async () => {
    const host = talkTo('EX02');
    const { guid = '' } = lab.world.status().databases.find((each) => each.name === 'MBX01') ?? {};
    expect(await lab.tdpexcc('EX01', 'backup', 'MBX01', 'full').ended).toBe(0);
    const fresh = await host.database(guid);
    expect(fresh.lastFullBackupUtc).not.toBeNull();
    expect(fresh.copies.map((copy) => copy.latestFullBackupUtc)).toEqual([fresh.lastFullBackupUtc, null, null]);
    lab.live(6);
    const later = await host.database(guid);
    expect(later.copies.map((copy) => copy.latestFullBackupUtc)).toEqual([
      fresh.lastFullBackupUtc,
      fresh.lastFullBackupUtc,
      null,
    ]);
  });
});

describe('the line cutter', () => {
  it('drops all of a line that is too long, however it arrives, and nothing else', () => {
    const lines: string[] = [];
    let tooLong = 0;
    const cutter = new LineCutter(
      (line) => lines.push(line),
      () => (tooLong += 1),
    );
    const piece = 'x'.repeat(LINE_MAX_CHARS + 1);
    for (const text of ['one\ntw', 'o\n\n', piece, piece, 'tail\nthree\n']) cutter.push(text);
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(tooLong).toBe(1);
  });
});

describe('a time span', () => {
  it('looks as Exchange prints it', () => {
    expect([0, 3_661_000, 90_061_000].map(timeSpan)).toEqual(['00:00:00', '01:01:01', '1.01:01:01']);
  });
});
