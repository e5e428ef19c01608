import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queues, commandQueue, parkQueue, type DoctorReport } from '#contracts';
import { VERSION } from '#service';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { dagctl as runDagctl, type DagctlResult } from './dagctl.js';
import { planTests } from './plans.js';
import { startBackup, taskOf, whenEnded, whenSeen, whenTask } from './runs.js';

const DAGCTL_LIMIT_MS = 120_000;

describe('requests', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({
      world: { members: 3, databases: 3, copies: 3, standalone: 1, withoutClient: 1, recoveryDatabases: 1 },
    });
    await whenSeen(running, 5);
  });

  afterAll(async () => {
    await running?.stop();
  });

  function dagctl(...args: readonly string[]): Promise<DagctlResult> {
    return runDagctl(running, ...args);
  }

  /** Publishes as an operator does in the management UI: any body, any key, no properties but the content type. */
  async function publishByHand(exchange: string, key: string, body: string): Promise<void> {
    const connection = await connect(running.lab.apiUrl, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    channel.publish(exchange, key, Buffer.from(body), { contentType: 'application/json' });
    await channel.waitForConfirms();
    await connection.close();
  }

  async function takeParked(queue: string): Promise<{ headers: Record<string, unknown>; body: string }> {
    const connection = await connect(running.lab.adminUrl, { noDelay: true });
    const channel = await connection.createChannel();
    try {
      return await eventually(
        async () => {
          const message = await channel.get(queue, { noAck: true });
          return message && { headers: { ...message.properties.headers }, body: message.content.toString() };
        },
        { what: `a message is parked in ${queue}` },
      );
    } finally {
      await connection.close();
    }
  }

  it('dagctl backup --wait shows progress, ends with one summary line, and exits by the convention', async () => {
    const { code, stdout } = await dagctl('backup', '--wait');
    expect(stdout.trim().split('\n').at(-1)).toMatch(
      /^run=\S+ status=completed exit=0 succeeded=4 failed=0 skipped=1 cancelled=0 notNeeded=0$/,
    );
    expect(code).toBe(0);
    expect((await running.verify()).failures).toEqual([]);
  });

  it('dagctl shows members without a client as exactly that, and every database', async () => {
    const members = JSON.parse((await dagctl('members', '--json')).stdout) as {
      members: { id: string; agent: { state: string } }[];
    };
    expect(members.members.find(({ id }) => id === 'ex04')?.agent.state).toBe('never');
    const databases = JSON.parse((await dagctl('databases', '--json')).stdout) as {
      databases: { name: string; kind: string }[];
    };
    expect(databases.databases.map(({ kind }) => kind).toSorted()).toEqual([
      'dag',
      'dag',
      'dag',
      'recovery',
      'standalone',
    ]);
  });

  it('dagctl doctor is calm where all is well, and names a parked message, a frozen agent and a stopped inventory', async () => {
    const isTold = (report: DoctorReport, check: string, text: RegExp): boolean =>
      report.findings.some((finding) => finding.check === check && finding.state !== 'ok' && text.test(finding.text));
    const told = (check: string, text: RegExp): Promise<unknown> =>
      eventually(async () => isTold(await running.client.doctor({ version: VERSION }), check, text) || null, {
        what: `the doctor says of ${check}: ${text}`,
      });
    const { code, stdout } = await dagctl('doctor', '--json');
    const { findings } = JSON.parse(stdout) as DoctorReport;
    // The member without a client has no agent either.
    expect({ code, ill: findings.filter(({ state }) => state !== 'ok') }).toMatchObject({
      code: 8,
      ill: [{ check: 'agents', state: 'warning', text: expect.stringContaining('ever reported from EX04') }],
    });
    running.lab.freeze('agent:ex02');
    await publishByHand('dag.requests', 'request.backup', '[]');
    await told('parked', /1 message that the conductor could not handle is parked in dag\.conductor\.error/);
    await told('agents', /agent of EX02 is silent.* still connected to the broker/);
    running.lab.thaw('agent:ex02');
    await takeParked(parkQueue('conductor', 'error'));
    running.lab.kill('inventory');
    await told('inventory', /^No inventory acts: nobody consumes dag\.inventory\.inbox/);
    await running.lab.start('inventory');
    await whenSeen(running, 5);
  });

  planTests(() => running);

  it('an unknown database is refused with its name and the nearest known one', async () => {
    const { code, stderr, stdout } = await dagctl('backup', '--database', 'MBX1', '--wait');
    expect(code).toBe(2);
    expect(stderr + stdout).toMatch(/there is no database "MBX1"; the nearest known name is "MBX0\d"/);
  });

  it('a member is the same in another letter case and as FQDN', async () => {
    const { code, stdout } = await dagctl(
      'backup',
      '--exclude-member',
      'Ex02.contoso.local',
      '--database',
      'mbx01',
      '--wait',
      '--json',
    );
    const run = JSON.parse(stdout) as { tasks: { attempts: { member: string }[] }[] };
    expect(code).toBe(0);
    expect(run.tasks.flatMap(({ attempts }) => attempts.map(({ member }) => member))).not.toContain('ex02');
  });

  it('the same request id gives the same run', async () => {
    const first = await startBackup(running, { requestId: 'nightly-1', databases: ['SA01'] });
    const run = await whenEnded(running, first);
    await startBackup(running, { requestId: 'nightly-1', databases: ['SA01'] });
    await startBackup(running, { requestId: 'nightly-2', databases: ['SA01'] });
    await whenEnded(running, 'nightly-2');
    const again = await running.client.run({ requestId: 'nightly-1' });
    expect(again.runId).toBe(run.runId);
    expect(taskOf(again, 'SA01').attempts).toHaveLength(1);
  });

  it('copies per database go to different members, one after the other', async () => {
    const requestId = await startBackup(running, {
      databases: ['MBX01'],
      copiesPerDatabase: 2,
      dags: [running.status().dag],
    });
    const run = await whenEnded(running, requestId);
    const made = run.tasks.filter(({ status }) => status === 'succeeded');
    expect(new Set(made.map(({ attempts }) => attempts.at(-1)?.member)).size).toBe(made.length);
    expect([0, 8]).toContain(run.exitCode);
    expect((await running.verify()).failures).toEqual([]);
  });

  it('a run can be cancelled', async () => {
    for (const { name } of running.status().members) running.world.setRate(name, 64 * 1024);
    const requestId = await startBackup(running);
    await whenTask(running, requestId, 'a database is being backed up', ({ status }) => status === 'running');
    const { runId } = await running.client.run({ requestId });
    const { code } = await dagctl('run', 'cancel', runId);
    expect(code).toBe(0);
    const run = await whenEnded(running, requestId);
    expect(run).toMatchObject({ status: 'cancelled', exitCode: 130 });
    for (const { name } of running.status().members) running.world.setRate(name, 8 * 1024 * 1024);
  });

  it('a request published by hand with plain JSON is a request', async () => {
    await publishByHand('dag.requests', 'request.backup', '{"requestId":"by-hand","databases":["MBX02"]}');
    await eventually(() => running.client.run({ requestId: 'by-hand' }), {
      what: 'the run by hand is known',
    });
    expect((await whenEnded(running, 'by-hand')).exitCode).toBe(0);
  });

  it('a malformed message is parked with every violation, and the next request is served', async () => {
    await publishByHand(
      'dag.requests',
      'request.backup',
      '{"backupType":"weekly","copiesPerDatabase":99,"excludeMembers":[".."]}',
    );
    const parked = await takeParked(parkQueue('conductor', 'error'));
    const violations = JSON.stringify(parked.headers['dag-fault-violations']);
    for (const field of ['backupType', 'copiesPerDatabase', 'excludeMembers']) expect(violations).toContain(field);
    expect(parked.headers['dag-fault-queue']).toBe(Queues.conductorInbox);
    await publishByHand('dag.requests', 'request.backup', 'this is not JSON');
    const queue = parkQueue('conductor', 'error');
    const asAdmin = ['--queue', queue, '--json', '--url', running.lab.adminUrl];
    await eventually(async () => (await dagctl('dead-letters', 'list', ...asAdmin)).code === 8, {
      what: 'it is parked',
    });
    const { stdout } = await dagctl('dead-letters', 'discard', '--all', '--yes', ...asAdmin);
    expect(JSON.parse(stdout)).toMatchObject({ discarded: [{ reason: 'malformed-json', body: 'this is not JSON' }] });
    const requestId = await startBackup(running, { databases: ['MBX03'] });
    expect((await whenEnded(running, requestId)).exitCode).toBe(0);
  });

  it('a broken journal line is put aside, reported, and never guessed at', async () => {
    running.lab.kill('agent:ex01');
    appendFileSync(
      join(running.directory, 'services', 'agent-ex01', 'data', 'journal.jsonl'),
      '{"at":"2026-01-01T00:00:00Z","broken\n',
    );
    await running.lab.start('agent:ex01');
    const warning = await eventually(
      async () =>
        (await running.client.snapshot()).members
          .find(({ id }) => id === 'ex01')
          ?.warnings.find((text) => text.includes('journal')),
      { what: 'the inventory passes the agent’s warning on' },
    );
    expect(warning).toContain('quarantine');
  });

  it('a wrong configuration stops a service at its start, every fault named', async () => {
    const child = spawn(process.execPath, ['dist/apps/conductor/src/main.js'], {
      env: {
        PATH: process.env['PATH'],
        DAG_BROKER_URL: 'http://wrong',
        DAG_BROKER_VERIFY_SENDER: 'false',
        DAG_LIMITS_PARALLEL_PER_MEMBER: '0',
        DAG_TIMING_LEASE_MS: 'soon',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: DAGCTL_LIMIT_MS,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(2);
    for (const fault of ['broker.url', 'limits.parallelPerMember', 'DAG_TIMING_LEASE_MS', 'dataDir'])
      expect(output).toContain(fault);
    expect(output).not.toContain('verifySender');
    expect(output).not.toContain('    at ');
  });

  it('an order for a member without an agent comes back as exactly that', async () => {
    const connection = await connect(running.lab.adminUrl, { noDelay: true });
    const channel = await connection.createChannel();
    await channel.deleteQueue(commandQueue('ex03'));
    await connection.close();
    const onEx03 = running.status().databases.find(({ kind, activeMember, copies }) => {
      const passive = copies.find(({ member, role }) => member === 'EX03' && role === 'passive');
      return kind === 'dag' && passive?.replayLagMs === 0 && activeMember !== 'EX04';
    });
    if (!onEx03)
      throw new Error(
        'the lab has no database with a passive copy on EX03 and its active one on a member with a client',
      );
    const requestId = await startBackup(running, { databases: [onEx03.name] });
    const run = await whenEnded(running, requestId);
    const [first, second] = taskOf(run, onEx03.name).attempts;
    expect(first).toMatchObject({ member: 'ex03', outcome: 'withdrawn', failure: { type: 'agent.absent' } });
    expect(second).toMatchObject({ member: onEx03.activeMember.toLowerCase(), outcome: 'succeeded' });
    expect(run.exitCode).toBe(0);
  });
});
