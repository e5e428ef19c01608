import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, until } from '../../../../../test/support/eventually.js';
import { SimClock } from '../../../test-support/sim-clock.js';
import { HostUnavailableError, type DatabaseMovedHint } from '../../ports/exchange-host.js';
import { ProcessExchangeHost } from './process-exchange-host.js';

const FAKE = fileURLToPath(new URL('../../../test-data/fake-host.mjs', import.meta.url));

const REQUEST_TIMEOUT_MS = 1_500;
const CHANGE_TIMEOUT_MS = 3_000;
/** The first wait before a process is started again. */
const RESTART_MS = 1_000;

/** Asks until a process answers again. */
async function nameWhenBack(asked: ProcessExchangeHost): Promise<string> {
  return eventually(async () => (await asked.describeServer()).name, { what: 'an answer' });
}

describe('the host process', () => {
  let host: ProcessExchangeHost | null = null;
  /** Processes take as long as they take; a limit is passed when a test says so. */
  let clock: SimClock;
  let events: string[] = [];

  function start(behaviours: readonly string[], command = process.execPath): ProcessExchangeHost {
    events = [];
    clock = new SimClock();
    const note = (event: string, fields?: object): void => void events.push(`${event} ${JSON.stringify(fields)}`);
    host = new ProcessExchangeHost(
      {
        command,
        args: [FAKE, ...behaviours],
        requestTimeoutMs: REQUEST_TIMEOUT_MS,
        changeTimeoutMs: CHANGE_TIMEOUT_MS,
      },
      clock,
      { info: note, warn: note },
    );
    host.start();
    return host;
  }

  afterEach(() => host?.close());

  /** Of the process that reads. */
  const figures = () => host?.figures()[0]?.figures;

  it('answers, through whatever noise it makes', async () => {
    const asked = start(['ok', 'garbage']);
    expect((await asked.describeServer()).name).toMatch(/^EX01-/);
    expect(events.filter((event) => event.startsWith('host.noise'))).toHaveLength(2);
    expect(events.some((event) => event.startsWith('host.answer-unasked'))).toBe(true);
  });

  it('that dies fails what was asked, with its last words, and is started again', async () => {
    const asked = start(['ok', 'ok', 'die']);
    const first = (await asked.describeServer()).name;
    await expect(asked.describeServer()).rejects.toThrow(
      /it ended \(exit code 3\); it said: the session was closed by the server/,
    );
    expect(figures()).toEqual({ isAnswering: false, starts: 1, timeouts: 0, waiting: 0 });
    await clock.advance(RESTART_MS);
    expect(await nameWhenBack(asked)).not.toBe(first);
    expect(figures()).toEqual({ isAnswering: true, starts: 2, timeouts: 0, waiting: 0 });
  });

  it('that hangs is ended after the time limit and started again', async () => {
    const asked = start(['ok', 'ok', 'hang']);
    const first = (await asked.describeServer()).name;
    const unanswered = asked.describeServer().catch((thrown: Error) => thrown.message);
    await clock.advance(REQUEST_TIMEOUT_MS);
    expect(await unanswered).toContain(`did not answer describeServer within ${REQUEST_TIMEOUT_MS} ms`);
    expect(figures()).toEqual({ isAnswering: false, starts: 1, timeouts: 1, waiting: 0 });
    await clock.advance(RESTART_MS);
    expect(await nameWhenBack(asked)).not.toBe(first);
  });

  it('that does not exist is told as unavailable, retryable', async () => {
    const asked = start([], 'no-such-program-anywhere');
    const error: unknown = await asked.describeServer().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HostUnavailableError);
    expect(error).toMatchObject({
      failure: { type: 'host.unavailable', retryable: true, message: expect.stringContaining('ENOENT') },
    });
  });

  it('of another protocol is not used', async () => {
    start(['old']);
    await until('the refusal', () => events.some((event) => event.includes('speaks protocol 0')));
    expect(events.some((event) => event.startsWith('host.ready'))).toBe(false);
  });

  it('passes on Exchange’s own errors and its events', async () => {
    const asked = start(['ok', 'event', 'error']);
    const hints: DatabaseMovedHint[] = [];
    asked.onDatabaseMoved((hint) => hints.push(hint));
    await asked.describeServer();
    expect(hints).toEqual([
      { databaseGuid: '5f0c0b7e-0d5d-4f5c-9c55-1f2a3b4c5d6e', operationId: 'op-1', initiator: 'Admin' },
    ]);
    await expect(asked.describeServer()).rejects.toMatchObject({ failure: { type: 'host.failed', retryable: false } });
  });

  it('is not believed when it answers for another database than the one asked for', async () => {
    const asked = start(['ok', 'none', 'other']);
    const guid = '5f0c0b7e-0d5d-4f5c-9c55-1f2a3b4c5d6e';
    expect(await asked.getDatabase(guid)).toBeNull();
    await expect(asked.getDatabase(guid)).rejects.toMatchObject({
      failure: { type: 'host.bad-answer', message: expect.stringContaining(`asked for database ${guid}`) },
    });
  });

  it('takes no more than so many requests at once', async () => {
    const asked = start(['hang']);
    const ends = Array.from({ length: 70 }, () => asked.describeServer().catch((thrown: Error) => thrown.message));
    await clock.advance(REQUEST_TIMEOUT_MS);
    const outcomes = await Promise.all(ends);
    expect(
      outcomes.filter((outcome) => typeof outcome === 'string' && outcome.includes('64 requests wait')),
    ).toHaveLength(7);
  });

  it('makes each change by GUID and server, and answers with the database as it is then', async () => {
    const asked = start(['ok']);
    const copy = { databaseGuid: '5f0c0b7e-0d5d-4f5c-9c55-1f2a3b4c5d6e', member: 'ex02' };
    const files = { edbPath: 'D:\\RDB1\\RDB1.edb', logPath: null };
    const guid = `"guid":"${copy.databaseGuid}"`;
    const answers = await Promise.all([
      asked.suspendCopy(copy, 'restore run 4711'),
      asked.resumeCopy(copy),
      asked.updateCopy(copy, null),
      asked.updateCopy(copy, 'ex03'),
      asked.dismountDatabase(copy.databaseGuid),
      asked.mountDatabase(copy.databaseGuid),
      asked.setAllowFileRestore(copy.databaseGuid, true),
      asked.createRecoveryDatabase({ name: 'RDB1', member: 'ex01', ...files }),
      asked.createDatabase({ name: 'DB9', member: 'ex01', edbPath: null, logPath: null }),
      asked.moveActiveDatabase(copy),
    ]);
    expect(answers.map((answer) => answer.name)).toEqual([
      `suspendCopy {${guid},"server":"ex02","comment":"restore run 4711"}`,
      `resumeCopy {${guid},"server":"ex02"}`,
      `updateCopy {${guid},"server":"ex02","sourceServer":null}`,
      `updateCopy {${guid},"server":"ex02","sourceServer":"ex03"}`,
      `dismountDatabase {${guid}}`,
      `mountDatabase {${guid}}`,
      `setAllowFileRestore {${guid},"allowed":true}`,
      'createRecoveryDatabase {"name":"RDB1","server":"ex01","edbPath":"D:\\\\RDB1\\\\RDB1.edb","logPath":null}',
      'createDatabase {"name":"DB9","server":"ex01","edbPath":null,"logPath":null}',
      `moveActiveDatabase {${guid},"server":"ex02"}`,
    ]);
    await expect(asked.removeDatabase(copy.databaseGuid)).resolves.toBeUndefined();
  });

  it('goes on reading while a change takes its time, and gives the change up after its own limit', async () => {
    const asked = start(['hang-changes']);
    const reader = (await asked.describeServer()).name;
    const change = asked.mountDatabase('5f0c0b7e-0d5d-4f5c-9c55-1f2a3b4c5d6e');
    const ended = change.then(
      () => 'mounted',
      (thrown: Error) => thrown.message,
    );
    for (let look = 0; look < 5; look += 1) expect((await asked.describeServer()).name).toBe(reader);
    await until(
      'both processes are ready',
      () => events.filter((event) => event.startsWith('host.ready')).length === 2,
    );
    await clock.advance(CHANGE_TIMEOUT_MS);
    expect(await ended).toContain(`did not answer mountDatabase within ${CHANGE_TIMEOUT_MS} ms`);
    expect((await asked.describeServer()).name).toBe(reader);
  });

  it('does not take another database’s state for an answer to a change', async () => {
    const asked = start(['ok', 'other']);
    await expect(asked.dismountDatabase('5f0c0b7e-0d5d-4f5c-9c55-1f2a3b4c5d6e')).rejects.toMatchObject({
      failure: { type: 'host.bad-answer' },
    });
  });
});
