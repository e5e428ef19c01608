import { describe, expect, it } from '@jest/globals';
import { GetRun, ListRuns, type MessageContract, type RunView } from '#contracts';
import type { PublishOutcome, Publisher, QueryClient } from '#messaging';
import { FakePacing, RUN_ID, entryOf, runOf } from '../test/fixtures.js';
import { DagClient } from './dag-client.js';

interface Sent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

function clientWith(options: { outcome?: PublishOutcome; runs?: readonly RunView[] }) {
  const sent: Sent[] = [];
  const asked: Sent[] = [];
  const views = [...(options.runs ?? [])];
  const publisher: Publisher = {
    publish: async (contract: MessageContract, _route: unknown, data: object) => {
      sent.push({ type: contract.type, data: { ...data } });
      return options.outcome ?? 'routed';
    },
    send: async () => 'routed',
  };
  const queries = {
    query: async (contract: MessageContract, _route: unknown, data: object) => {
      asked.push({ type: contract.type, data: { ...data } });
      if (contract.type === ListRuns.type) return { runs: views };
      return views.length > 1 ? views.shift() : views[0];
    },
  } as unknown as QueryClient;
  const figures = () => {
    throw new Error('nobody asks for the figures of a connection here');
  };
  const inspect = () => Promise.reject(new Error('nobody looks at the broker here'));
  const client = new DagClient(
    { publisher, queries, figures, inspect, close: async () => undefined },
    new FakePacing(),
  );
  return { client, sent, asked };
}

describe('DagClient.backup', () => {
  it('fixes a request id before the first send and returns it', async () => {
    const { client, sent } = clientWith({});
    const { requestId } = await client.backup({ backupType: 'full' });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(sent).toEqual([{ type: 'dag.backup.requested.v1', data: { backupType: 'full', requestId } }]);
  });

  it('keeps the caller’s request id, so that asking again is the same run', async () => {
    const { client, sent } = clientWith({});
    await client.backup({ requestId: 'nightly-1' });
    await client.backup({ requestId: 'nightly-1' });
    expect(sent.map(({ data }) => data['requestId'])).toEqual(['nightly-1', 'nightly-1']);
  });

  it('says what to do when the broker has no conductor inbox', async () => {
    const { client } = clientWith({ outcome: 'unroutable' });
    await expect(client.backup({})).rejects.toMatchObject({
      failure: { type: 'conductor.absent', message: expect.stringContaining('dagctl topology apply') },
    });
    await expect(client.cancel(RUN_ID)).rejects.toMatchObject({ failure: { type: 'conductor.absent' } });
  });
});

describe('DagClient.waitForRun', () => {
  it('gives the final view', async () => {
    const { client } = clientWith({ runs: [runOf(), runOf(), runOf({ status: 'failed', exitCode: 12 })] });
    expect(await client.waitForRun('nightly-1')).toMatchObject({ status: 'failed', exitCode: 12 });
  });

  it('says where the run stands when the time is over', async () => {
    const { client } = clientWith({ runs: [runOf()] });
    const signal = AbortSignal.abort();
    await expect(client.waitUntil({ runId: RUN_ID }, () => false, { signal })).rejects.toMatchObject({
      failure: { type: 'run.wait-timeout', retryable: true },
    });
  });
});

describe('DagClient.runWithHistory', () => {
  it('puts the pages of history together', async () => {
    const page = Array.from({ length: 500 }, (_, index) => entryOf(index + 1));
    const { client, asked } = clientWith({
      runs: [runOf({ log: page }), runOf({ log: [entryOf(501)] }), runOf({ status: 'completed' })],
    });
    const run = await client.runWithHistory({ runId: RUN_ID });
    expect(run.log.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 501 }, (_, index) => index + 1));
    expect(run.status).toBe('completed');
    expect(asked.at(-1)).toEqual({ type: GetRun.type, data: { runId: RUN_ID, afterSequence: 501 } });
  });
});

describe('DagClient.resolveRun', () => {
  it('finds the run of a request id that looks like a run id', async () => {
    const requestId = 'aaaaaaaa-2222-4333-8444-555555555555';
    const { client } = clientWith({ runs: [runOf({ requestId })] });
    expect(await client.resolveRun(requestId)).toEqual({ runId: RUN_ID });
  });

  it('takes a run id that is older than the latest runs as it is', async () => {
    const { client } = clientWith({ runs: [runOf()] });
    expect(await client.resolveRun('AAAAAAAA-2222-4333-8444-555555555555')).toEqual({
      runId: 'aaaaaaaa-2222-4333-8444-555555555555',
    });
  });
});
