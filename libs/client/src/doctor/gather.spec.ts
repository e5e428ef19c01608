import { describe, expect, it } from '@jest/globals';
import {
  GetMaintenance,
  GetRun,
  GetSnapshot,
  ListAlarms,
  ListRuns,
  ListTokens,
  Queues,
  commandQueue,
  serviceTopology,
  type MessageContract,
} from '#contracts';
import type { BrokerInspection } from '#messaging';
import { inspectionOf, maintenanceOf } from '../../test/doctor-facts.js';
import { RUN_ID, failed, runOf, snapshotOf } from '../../test/fixtures.js';
import type { ClientConnection } from '../connection.js';
import { gatherFacts } from './gather.js';

interface Asked {
  readonly type: string;
  readonly data: object;
  readonly timeoutMs: number | undefined;
}

/** Answers by message type; an error is how somebody does not answer. */
function connectionWith(answers: Readonly<Record<string, object | Error>>, inspection: BrokerInspection | Error) {
  const asked: Asked[] = [];
  const looked: (readonly string[])[] = [];
  const query = async (
    { type }: MessageContract,
    _route: unknown,
    data: object,
    options?: { readonly timeoutMs?: number },
  ): Promise<object> => {
    asked.push({ type, data, timeoutMs: options?.timeoutMs });
    const answer = answers[type] ?? failed('query.timeout', true);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const inspect = async ({ queues = [] }: { readonly queues?: readonly { readonly name: string }[] }) => {
    looked.push(queues.map(({ name }) => name));
    if (inspection instanceof Error) throw inspection;
    return inspection;
  };
  return { asked, looked, connection: { queries: { query }, inspect } as unknown as ClientConnection };
}

const ALL = {
  [GetSnapshot.type]: snapshotOf(),
  [GetMaintenance.type]: maintenanceOf(),
  [ListRuns.type]: { runs: [] },
  [ListAlarms.type]: { alarms: [] },
  [ListTokens.type]: { tokens: [] },
};

describe('gatherFacts', () => {
  it('asks each service once, within a limit, and looks at the queues of the members that are known', async () => {
    const { asked, looked, connection } = connectionWith(ALL, inspectionOf());
    const facts = await gatherFacts(connection, { version: '0.1.0' });
    expect(asked.map(({ type }) => type).toSorted()).toEqual(Object.keys(ALL).toSorted());
    expect(asked.filter(({ timeoutMs }) => timeoutMs !== 5_000)).toEqual([]);
    expect(looked).toEqual([
      serviceTopology().queues.map(({ name }) => name),
      [commandQueue('ex01'), commandQueue('ex02')],
    ]);
    expect(facts).toMatchObject({ version: '0.1.0', backupAgeMs: 48 * 3_600_000, runs: { kind: 'answered' } });
  });

  it('asks for the tasks of what is at work, without its history', async () => {
    const runs = [runOf(), runOf({ status: 'completed', exitCode: 0 })];
    const answers = { ...ALL, [ListRuns.type]: { runs }, [GetRun.type]: runOf() };
    const { asked, connection } = connectionWith(answers, inspectionOf());
    const facts = await gatherFacts(connection, { version: '0.1.0', backupAgeMs: 1 });
    expect(asked.filter(({ type }) => type === GetRun.type)).toMatchObject([
      { data: { runId: RUN_ID, afterSequence: Number.MAX_SAFE_INTEGER } },
    ]);
    expect(facts).toMatchObject({ backupAgeMs: 1, runs: { value: { latest: runs, live: [runOf()] } } });
  });

  it('does not wait for services that nobody is there for', async () => {
    const silence = new Promise<never>(() => undefined);
    const absent = { consumers: 0 };
    const inspection = inspectionOf({ [Queues.conductorQueries]: absent, [Queues.inventoryQueries]: absent });
    const { connection } = connectionWith(
      Object.fromEntries(Object.keys(ALL).map((type) => [type, silence])),
      inspection,
    );
    const facts = await gatherFacts(connection, { version: '0.1.0' });
    const gone = { kind: 'failed', failure: { type: 'query.unroutable' } };
    expect(facts).toMatchObject({ snapshot: gone, maintenance: gone, runs: gone, alarms: gone, tokens: gone });
  });

  it('goes on without what gets no answer, whoever fails and however', async () => {
    const answers = { ...ALL, [GetSnapshot.type]: failed('query.bad-reply'), [ListRuns.type]: new Error('boom') };
    const { looked, connection } = connectionWith(answers, failed('broker.not-inspected'));
    const facts = await gatherFacts(connection, { version: '0.1.0' });
    expect(looked).toHaveLength(1);
    expect(facts).toMatchObject({
      broker: { asked: 'broker', kind: 'failed', failure: { type: 'broker.not-inspected' } },
      memberQueues: { kind: 'failed' },
      snapshot: { asked: 'inventory', failure: { type: 'query.bad-reply' } },
      runs: { asked: 'conductor', failure: { type: 'query.failed', message: 'boom' } },
      maintenance: { asked: 'conductor', kind: 'answered' },
      tokens: { asked: 'inventory', kind: 'answered' },
    });
  });
});
