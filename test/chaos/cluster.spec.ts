import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Queues } from '#contracts';
import { BrokerCluster, CLUSTER_NODES } from '../../lab/src/broker/cluster.js';
import { ManagementApi } from '../../lab/src/broker/management.js';
import { findProgram } from '../../lab/src/broker/program.js';
import { startBackup, whenEnded, whenSeen, whenTask } from '../e2e/runs.js';
import { eventually } from '../support/eventually.js';
import { describeWithInstalledBroker } from '../support/installed-broker.js';
import { startLab, type RunningLab } from '../support/start-lab.js';

const MIB = 1024 * 1024;

describeWithInstalledBroker('a cluster of three brokers', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dag-cluster-'));
  let cluster: BrokerCluster;
  let running: RunningLab;

  beforeAll(async () => {
    const program = findProgram(process.env);
    if (program === null) throw new Error('rabbitmq-server is not installed any more');
    cluster = await BrokerCluster.start(directory, program, process.env);
    running = await startLab({
      world: {
        members: 2,
        databases: 3,
        copies: 2,
        sizeMinBytes: 6 * MIB,
        sizeMaxBytes: 6 * MIB,
        rateBytesPerSecond: 2 * MIB,
      },
      cluster,
    });
    await whenSeen(running, 3);
  });

  afterAll(async () => {
    await running?.stop();
    await cluster?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  function queue(name: string): Promise<unknown> {
    const path = `/api/queues/${encodeURIComponent(running.lab.vhost)}/${encodeURIComponent(name)}`;
    return new ManagementApi(cluster.managementUrl).read(path);
  }

  function leaderOfInbox(): Promise<string> {
    return queue(Queues.conductorInbox).then((inbox) => textIn(inbox, 'leader'));
  }

  /** Every replica of every queue is at work again; the statistics of a queue come some seconds after it. */
  async function isWhole(): Promise<boolean> {
    const queues = await new ManagementApi(cluster.managementUrl).read(
      `/api/queues/${encodeURIComponent(running.lab.vhost)}`,
    );
    const online = Array.isArray(queues) ? queues.map((each: unknown) => lengthIn(each, 'online')) : [];
    return online.length > 0 && online.every((count) => count === CLUSTER_NODES);
  }

  it('loses the leader of the conductor’s inbox in the middle of a run, and the run is completed without that node', async () => {
    // The second time, the node that came back is needed for every majority.
    for (const round of ['first', 'second']) {
      const leader = await leaderOfInbox();
      const requestId = await startBackup(running);
      await whenTask(running, requestId, 'a database is being backed up', ({ status }) => status === 'running');
      cluster.kill(leader);
      const run = await whenEnded(running, requestId);
      expect({ round, exitCode: run.exitCode, ends: run.tasks.map(({ status }) => status) }).toEqual({
        round,
        exitCode: 0,
        ends: ['succeeded', 'succeeded', 'succeeded'],
      });
      expect(run.tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1]);
      const next = await eventually(async () => ((name) => name !== leader && name)(await leaderOfInbox()), {
        what: 'another node leads the inbox',
      });
      expect(cluster.nodeNames).toContain(next);
      await cluster.startAgain(leader);
      await eventually(isWhole, { what: 'the node that came back holds every queue again' });
    }
    expect(await running.verify()).toEqual({ checked: 6, failures: [] });
  });
});

function lengthIn(queue: unknown, key: string): number {
  const value: unknown = typeof queue === 'object' && queue !== null ? Reflect.get(queue, key) : undefined;
  return Array.isArray(value) ? value.length : 0;
}

function textIn(queue: unknown, key: string): string {
  const value: unknown = typeof queue === 'object' && queue !== null ? Reflect.get(queue, key) : undefined;
  if (typeof value === 'string') return value;
  throw new Error(`the broker names no ${key} of the queue: ${JSON.stringify(queue).slice(0, 300)}`);
}
