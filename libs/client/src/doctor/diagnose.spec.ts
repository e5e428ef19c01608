import { describe, expect, it } from '@jest/globals';
import { DOCTOR_CHECKS, Queues, commandQueue, type DoctorCheck, type DoctorFinding } from '#contracts';
import {
  NOW_MS,
  alarmOf,
  answered,
  factsOf,
  inspectionOf,
  maintenanceOf,
  serviceOf,
  silentMember,
  unanswered,
} from '../../test/doctor-facts.js';
import { AT, attemptOf, copyOf, databaseOf, memberOf, runOf, taskOf } from '../../test/fixtures.js';
import { diagnose } from './diagnose.js';
import type { DoctorFacts } from './facts.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function found(check: DoctorCheck, facts: DoctorFacts): readonly DoctorFinding[] {
  return diagnose(facts).findings.filter((finding) => finding.check === check);
}

function ago(ms: number): string {
  return new Date(NOW_MS - ms).toISOString();
}

describe('a system that is well', () => {
  const { findings, verdict, takenAt } = diagnose(factsOf());

  it('gets one calm line a check, in their order, and nothing to type', () => {
    expect(findings.map(({ check, state, commands }) => [check, state, commands])).toEqual(
      DOCTOR_CHECKS.map((check) => [check, 'ok', []]),
    );
    expect({ verdict, takenAt }).toEqual({ verdict: 'ok', takenAt: AT });
  });

  it('is described by what was seen', () => {
    const texts = Object.fromEntries(findings.map(({ check, text }) => [check, text]));
    expect(texts).toMatchObject({
      broker: 'RabbitMQ 3.10.8 at broker:5672 (vhost dag), used as dag-api.',
      conductor: 'It answers within 5 ms: version 0.1.0, host-a 4711 acts since 2026-01-31 22:00Z.',
      versions: 'Everything that answers is of version 0.1.0.',
      agents: '2 members: every agent is alive and takes orders.',
      clients: '2 members with an agent have a backup client (version 8.1.24.0).',
      backups: 'The newest backup of each of 1 database is at most 0s old.',
      window: 'Backups may run at any time.',
      tokens: 'No token for a console has been made; dagctl token create makes one.',
    });
  });
});

describe('the order of findings', () => {
  it('is problems, warnings, what is not known, what is well', () => {
    const { findings, verdict } = diagnose(
      factsOf({
        snapshot: { members: [memberOf('ex01', { warnings: ['disk full'] }), silentMember('ex02')] },
        tokens: unanswered(),
      }),
    );
    expect(verdict).toBe('problem');
    expect(findings.map(({ state }) => state).filter((state) => state !== 'ok')).toEqual([
      'problem',
      'warning',
      'notChecked',
    ]);
    expect(findings.at(-1)?.state).toBe('ok');
  });

  it('is a warning as a whole where something is not known', () => {
    expect(diagnose(factsOf({ tokens: unanswered() })).verdict).toBe('warning');
  });
});

describe('the broker', () => {
  it('that is not reached is the one problem; the rest is not known', () => {
    const none = unanswered('broker.unreachable');
    const { findings } = diagnose(
      factsOf({
        broker: none,
        memberQueues: none,
        snapshot: none,
        maintenance: none,
        runs: none,
        alarms: none,
        tokens: none,
      }),
    );
    expect(findings[0]).toMatchObject({ check: 'broker', state: 'problem', text: 'broker.unreachable happened' });
    expect(findings.slice(1).map(({ state }) => state)).toEqual(DOCTOR_CHECKS.slice(1).map(() => 'notChecked'));
  });

  it('that takes no messages says why', () => {
    const [finding] = found(
      'broker',
      factsOf({ broker: answered(inspectionOf({}, { blockedBecause: 'low on disk' })) }),
    );
    expect(finding).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('takes no messages (low on disk)'),
    });
  });

  it('that does not say what it is is taken as it is', () => {
    const [finding] = found(
      'broker',
      factsOf({ broker: answered(inspectionOf({}, { product: null, version: null })) }),
    );
    expect(finding?.text).toBe('A broker of an unknown version at broker:5672 (vhost dag), used as dag-api.');
  });
});

describe('the topology', () => {
  it('that is not whole names what is missing, of members too, and how to make it', () => {
    const [finding] = found(
      'topology',
      factsOf({ loads: { [Queues.conductorInbox]: 'missing', [commandQueue('ex02')]: 'missing' } }),
    );
    expect(finding).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('lacks queue dag.conductor.inbox, queue dag.node.ex02.commands:'),
      commands: ['dagctl topology apply --member EX01,EX02'],
    });
  });

  it('needs no queue of a member without an agent', () => {
    const never = memberOf('ex02', { agent: { state: 'never', version: null, reportAgeMs: null } });
    const facts = factsOf({
      snapshot: { members: [memberOf('ex01'), never] },
      loads: { [commandQueue('ex02')]: 'missing' },
    });
    expect(found('topology', facts)).toMatchObject([{ state: 'ok', text: '12 exchanges and 19 queues are there.' }]);
  });

  it('that may not be looked at is not called missing', () => {
    const [finding] = found('topology', factsOf({ loads: { [Queues.dead]: 'hidden' } }));
    expect(finding).toMatchObject({
      state: 'notChecked',
      text: expect.stringContaining('dag-api may not look at queue dag.dead'),
    });
  });
});

describe.each([
  ['conductor', Queues.conductorInbox, 'maintenance'],
  ['inventory', Queues.inventoryInbox, 'snapshot'],
] as const)('the %s', (check, inbox, answer) => {
  const silent = { [answer]: unanswered() };

  it('that does not run is told from its inbox, with what waits there', () => {
    const [finding] = found(check, factsOf({ ...silent, loads: { [inbox]: { consumers: 0, messages: 7 } } }));
    expect(finding).toEqual({
      check,
      state: 'problem',
      text: `No ${check} acts: nobody consumes ${inbox}. 7 messages wait in ${inbox}; none is lost. Start the ${check} service; if it runs, its log says what it waits for.`,
      commands: [],
    });
  });

  it('that hangs is told from one that does not run', () => {
    const [finding] = found(check, factsOf(silent));
    expect(finding?.text).toBe(
      `The ${check} gives no answer (query.timeout happened). It consumes ${inbox}, so it runs and hangs, or its database is away. Look at its log.`,
    );
  });

  it('without an inbox says nothing of it', () => {
    const [finding] = found(check, factsOf({ ...silent, loads: { [inbox]: 'missing' } }));
    expect(finding?.text).toBe(`The ${check} gives no answer (query.timeout happened). Look at its log.`);
  });

  it('that answers and consumes nothing is a problem', () => {
    const [finding] = found(check, factsOf({ loads: { [inbox]: { consumers: 0, messages: 1 } } }));
    expect(finding).toMatchObject({ state: 'problem', text: expect.stringContaining('1 message waits') });
  });

  it('is not blamed where there is no broker, and is judged by its answer where that only cannot be looked at', () => {
    const without = { ...silent, broker: unanswered('broker.unreachable') };
    expect(found(check, factsOf(without))).toMatchObject([{ state: 'notChecked' }]);
    const unseen = { broker: unanswered('broker.not-inspected') };
    expect(found('broker', factsOf(unseen))).toMatchObject([{ state: 'warning' }]);
    expect(found(check, factsOf(unseen))).toMatchObject([{ state: 'ok' }]);
    expect(found(check, factsOf({ ...silent, ...unseen }))).toMatchObject([{ state: 'problem' }]);
  });
});

describe('a service', () => {
  it('that answers slowly is worth a look', () => {
    const [finding] = found('conductor', factsOf({ maintenance: answered(maintenanceOf(), 3_000) }));
    expect(finding).toMatchObject({ state: 'warning', text: expect.stringContaining('needed 3s for its answer') });
  });

  it('of an older version that does not say who it is, is well and counts as older', () => {
    const { service: _, ...older } = maintenanceOf();
    const facts = factsOf({ maintenance: answered(older) });
    expect(found('conductor', facts)).toMatchObject([
      { state: 'ok', text: 'It answers within 5 ms: it does not say its version.' },
    ]);
    expect(found('versions', facts)).toMatchObject([
      {
        state: 'warning',
        text: 'Not everything is of one version (0.1.0: this program, the inventory, the agents of EX01, EX02; an older one: the conductor). Finish the update.',
      },
    ]);
    expect(found('clocks', facts)).toMatchObject([{ state: 'ok' }]);
  });
});

describe('versions', () => {
  it('of agents count, and those that are not known do not', () => {
    const agent = (version: string | null) => ({ agent: { state: 'alive', version, reportAgeMs: 0 } as const });
    const members = [memberOf('ex01', agent('0.2.0')), memberOf('ex02', agent('0.1.0')), memberOf('ex03', agent(null))];
    expect(found('versions', factsOf({ snapshot: { members } }))[0]?.text).toBe(
      'Not everything is of one version (0.1.0: this program, the conductor, the inventory, the agents of EX02; 0.2.0: the agents of EX01). Finish the update.',
    );
  });

  it('are not known where nobody answers', () => {
    expect(found('versions', factsOf({ snapshot: unanswered(), maintenance: unanswered() }))).toMatchObject([
      { state: 'notChecked' },
    ]);
  });
});

describe('clocks', () => {
  const conductorAt = (atMs: number, tookMs: number) =>
    factsOf({
      maintenance: answered(maintenanceOf({ service: serviceOf({ at: new Date(atMs).toISOString() }) }), tookMs),
    });

  it.each([
    [2 * MINUTE_MS, 'The clock of the conductor is 2m00s ahead of this machine'],
    [-2 * MINUTE_MS - 5, 'The clock of the conductor is 2m00s behind this machine'],
  ])('that differ by %i ms are told', (differenceMs, text) => {
    const [finding] = found('clocks', conductorAt(NOW_MS + differenceMs, 5));
    expect(finding).toMatchObject({ state: 'warning', text: expect.stringContaining(text) });
  });

  it('are not blamed for the time that an answer was on its way', () => {
    expect(found('clocks', conductorAt(NOW_MS - 90_000, 100_000))).toMatchObject([{ state: 'ok' }]);
  });

  it('are not known where no service tells the time', () => {
    expect(found('clocks', factsOf({ snapshot: unanswered(), maintenance: unanswered() }))).toMatchObject([
      { state: 'notChecked' },
    ]);
  });
});

describe('queues', () => {
  it('that fill are told, and the worse the fuller', () => {
    const findings = found(
      'queues',
      factsOf({
        loads: { [Queues.inventoryInbox]: { messages: 1_000 }, [commandQueue('ex01')]: { messages: 80_000 } },
      }),
    );
    expect(findings.map(({ state, text }) => [state, text.split(/[;:]/)[0]])).toEqual([
      ['problem', '80,000 messages wait in dag.node.ex01.commands'],
      ['warning', '1,000 messages wait in dag.inventory.inbox'],
    ]);
  });

  it('in which messages wait to be tried again are told as one', () => {
    const loads = { 'dag.wait.5s': { messages: 1 }, 'dag.wait.10m': { messages: 2 } };
    expect(found('queues', factsOf({ loads }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining('3 messages could not be handled') },
    ]);
  });

  it('of the audit stream and of questions fill without harm', () => {
    const loads = { [Queues.audit]: { messages: 90_000 }, [Queues.conductorQueries]: { messages: 5 } };
    expect(found('queues', factsOf({ loads }))).toMatchObject([{ state: 'ok' }]);
  });
});

describe('parked messages', () => {
  it.each([
    ['dag.conductor.error', '1 message that the conductor could not handle is parked in dag.conductor.error.'],
    ['dag.node.skipped', '1 message that an agent does not know, because its version is older is parked'],
    [Queues.dead, '1 message that a service died of again and again is parked in dag.dead.'],
    [Queues.unrouted, '1 message that no queue takes is parked in dag.unrouted.'],
  ])('in %s are counted, with what to do', (queue, text) => {
    expect(found('parked', factsOf({ loads: { [queue]: { messages: 1 } } }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining(text), commands: ['dagctl dead-letters list'] },
    ]);
  });
});

describe('agents', () => {
  const silent = { snapshot: { members: [memberOf('ex01'), silentMember('ex02')] } };

  it('that are frozen are told from those that are gone', () => {
    const [frozen] = found('agents', factsOf(silent));
    expect(frozen).toMatchObject({
      state: 'problem',
      text: expect.stringMatching(
        /^The agent of EX02 is silent for 5m00s at the most; .* still connected to the broker/,
      ),
    });
    const [gone] = found(
      'agents',
      factsOf({ ...silent, loads: { [commandQueue('ex02')]: { consumers: 0, messages: 3 } } }),
    );
    expect(gone?.text).toMatch(/3 orders wait for it\. It is not connected to the broker either: start it/);
  });

  it('that live and take no orders are a problem', () => {
    expect(found('agents', factsOf({ loads: { [commandQueue('ex01')]: { consumers: 0 } } }))).toMatchObject([
      { state: 'problem', text: expect.stringContaining('The agent of EX01 lives, but takes no orders') },
    ]);
  });

  it('are judged without their queues where these cannot be seen', () => {
    expect(found('agents', factsOf({ memberQueues: unanswered() }))).toMatchObject([{ state: 'ok' }]);
    expect(found('agents', factsOf({ ...silent, memberQueues: unanswered() }))).toMatchObject([
      { state: 'problem', text: expect.stringContaining('EX02 is silent') },
    ]);
  });

  it('that never were may be wanted, or not', () => {
    const never = memberOf('ex02', { agent: { state: 'never', version: null, reportAgeMs: null } });
    expect(found('agents', factsOf({ snapshot: { members: [memberOf('ex01'), never] } }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining('No agent has ever reported from EX02') },
    ]);
  });

  it('of which none is known are to be started', () => {
    expect(found('agents', factsOf({ snapshot: { members: [] } }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining('knows no member') },
    ]);
  });

  it('in great number are told up to a limit', () => {
    const members = Array.from({ length: 25 }, (_, index) => silentMember(`ex${index + 1}`));
    const findings = found('agents', factsOf({ snapshot: { members } }));
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toMatchObject({ text: 'There are 5 more like these.', commands: ['dagctl members'] });
  });
});

describe('what agents report', () => {
  it.each([
    [null, 'lives and has never reported'],
    [2 * MINUTE_MS, 'lives and has not reported for 2m00s'],
  ])('is too old at %p ms', (reportAgeMs, text) => {
    const member = memberOf('ex01', { agent: { state: 'alive', version: '0.1.0', reportAgeMs } });
    expect(found('reports', factsOf({ snapshot: { members: [member] } }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining(text) },
    ]);
  });

  it('of clients is told where there is none, or nobody knows', () => {
    const members = [
      memberOf('ex01', { client: { installed: false, version: null } }),
      memberOf('ex02', { client: { installed: null, version: null } }),
    ];
    expect(found('clients', factsOf({ snapshot: { members } })).map(({ text }) => text)).toEqual([
      expect.stringContaining('There is no backup client on EX01'),
      expect.stringContaining('Nobody can say whether there is a backup client on EX02'),
    ]);
  });

  it('of themselves is passed on', () => {
    const members = [memberOf('ex01', { warnings: ['a line of the journal is broken'] })];
    expect(found('agent-warnings', factsOf({ snapshot: { members } }))).toMatchObject([
      { state: 'warning', text: 'The agent of EX01 warns: a line of the journal is broken' },
    ]);
  });

  it('is not missed of members whose agent is silent: that is told already', () => {
    const facts = factsOf({ snapshot: { members: [silentMember('ex01', null)] } });
    for (const check of ['reports', 'clients'] as const) expect(found(check, facts)).toMatchObject([{ state: 'ok' }]);
  });
});

describe('databases', () => {
  it('that users or every backup miss are problems, and come first', () => {
    const databases = [
      databaseOf('MBX1', { copies: [copyOf('ex01', { status: 'Failed' })] }),
      databaseOf('MBX10', { mounted: false }),
      databaseOf('MBX2', { activeMember: null }),
    ];
    expect(found('databases', factsOf({ snapshot: { databases } })).map(({ state, text }) => [state, text])).toEqual([
      ['problem', 'MBX2: no active copy is known.'],
      ['problem', 'MBX10: dismounted.'],
      ['warning', 'MBX1: copy on EX01 is Failed.'],
    ]);
  });

  it('to be recovered into are left out', () => {
    const databases = [databaseOf('RDB', { kind: 'recovery', mounted: false, lastFullBackupAt: null, copies: [] })];
    const facts = factsOf({ snapshot: { databases } });
    expect(found('databases', facts)).toMatchObject([{ state: 'ok' }]);
    expect(found('backups', facts)).toMatchObject([{ state: 'ok', text: 'There is no database to back up.' }]);
  });
});

describe('backups', () => {
  const aged = (name: string, ageMs: number | null) =>
    databaseOf(name, { lastFullBackupAt: ageMs === null ? null : ago(ageMs) });

  it('that are missing or too old are told, with the command that makes them', () => {
    const databases = [aged('MBX01', 47 * HOUR_MS), aged('MBX02', 50 * HOUR_MS), aged('My DB', null)];
    expect(found('backups', factsOf({ snapshot: { databases } }))).toMatchObject([
      {
        state: 'warning',
        text: 'Exchange knows of no backup of My DB. Back them up.',
        commands: ['dagctl backup --database "My DB" --wait'],
      },
      {
        text: expect.stringContaining('younger than 2d00h of MBX02 (2d02h).'),
        commands: ['dagctl backup --database MBX02 --wait'],
      },
    ]);
  });

  it('are old by what the one who asks says', () => {
    const snapshot = { databases: [aged('MBX01', 2 * HOUR_MS)] };
    expect(found('backups', factsOf({ snapshot, backupAgeMs: HOUR_MS }))).toMatchObject([{ state: 'warning' }]);
  });

  it('of any kind count, and one from the future counts as new', () => {
    const databases = [
      databaseOf('MBX01', { lastFullBackupAt: ago(90 * HOUR_MS), lastIncrementalBackupAt: ago(HOUR_MS) }),
      databaseOf('MBX02', { lastFullBackupAt: null, lastCopyBackupAt: ago(HOUR_MS) }),
      aged('MBX03', -HOUR_MS),
    ];
    expect(found('backups', factsOf({ snapshot: { databases } }))).toMatchObject([
      { state: 'ok', text: 'The newest backup of each of 3 databases is at most 1h00m old.' },
    ]);
  });

  it('of very many are asked for by their age', () => {
    const databases = Array.from({ length: 30 }, (_, index) => aged(`MBX${index + 1}`, null));
    expect(found('backups', factsOf({ snapshot: { databases } }))).toMatchObject([
      {
        text: expect.stringContaining('MBX9, MBX10 and 20 more.'),
        commands: ['dagctl backup --min-interval 172800s --wait'],
      },
    ]);
  });
});

describe('runs', () => {
  const SINCE = 20 * MINUTE_MS;
  const blocked = (rule: string, sinceMs = SINCE) => ({
    rule,
    reason: `it waits because of ${rule}`,
    since: ago(sinceMs),
    until: null,
    liftedBy: [],
  });
  const running = taskOf('MBX09', { status: 'running', attempts: [attemptOf('ex01')] });
  const at = (run: ReturnType<typeof runOf>) => factsOf({ runs: answered({ latest: [run], live: [run] }) });

  it('whose tasks wait for long are told, by what they wait for', () => {
    const tasks = ['MBX01', 'MBX02'].map((name) => taskOf(name, { blocked: blocked('agent-alive') }));
    expect(found('runs', at(runOf({ tasks: [...tasks, running] })))).toEqual([
      {
        check: 'runs',
        state: 'warning',
        text: 'backup run 11111111 (nightly-1): 2 databases (MBX01, MBX02) wait, 20m00s at the longest: it waits because of agent-alive',
        commands: ['dagctl run show 11111111'],
      },
    ]);
  });

  it('that go on and wait for room, for a window, or for a moment are well', () => {
    const waits = [blocked('member-limit'), blocked('window-open', HOUR_MS), blocked('agent-alive', MINUTE_MS)];
    const tasks = waits.map((wait, index) => taskOf(`MBX0${index}`, { blocked: wait }));
    expect(found('runs', at(runOf({ tasks: [...tasks, running] })))).toMatchObject([
      { state: 'ok', text: '1 run at work; nothing waits for long.' },
    ]);
  });

  it('that wait for room while nothing of them runs do not get on', () => {
    const tasks = [taskOf('MBX01', { blocked: blocked('member-limit') })];
    expect(found('runs', at(runOf({ tasks })))).toMatchObject([{ state: 'warning' }]);
  });

  it('are reckoned by the conductor’s clock', () => {
    const run = runOf({ tasks: [taskOf('MBX01', { blocked: blocked('agent-alive') })] });
    const behind = maintenanceOf({ service: serviceOf({ at: ago(SINCE) }) });
    expect(found('runs', { ...at(run), maintenance: answered(behind) })).toMatchObject([{ state: 'ok' }]);
  });

  it.each([
    ['collecting', 2 * MINUTE_MS, 'has been collecting for 2m00s'],
    ['cancelling', 20 * MINUTE_MS, 'is being cancelled and has not ended yet'],
  ] as const)('that stay %s are told', (status, ageMs, text) => {
    expect(found('runs', at(runOf({ status, requestedAt: ago(ageMs) })))).toMatchObject([
      { state: 'warning', text: expect.stringContaining(text) },
    ]);
  });

  it.each([
    [12, 'problem'],
    [8, 'warning'],
    [4, 'ok'],
    [0, 'ok'],
    [130, 'ok'],
  ])('whose latest ended with %i are a %s', (exitCode, state) => {
    const last = runOf({ status: 'completed', exitCode, endedAt: AT });
    const before = runOf({ status: 'failed', exitCode: 12, endedAt: AT });
    const facts = factsOf({ runs: answered({ latest: [last, before], live: [] }) });
    expect(found('runs', facts)).toMatchObject([{ state }]);
  });
});

describe('what is left to people', () => {
  it('stands with its commands', () => {
    expect(found('alarms', factsOf({ alarms: answered([alarmOf()]) }))).toMatchObject([
      {
        state: 'problem',
        text: 'MBX01, since 2026-01-31 22:00Z: the copy on EX02 is suspended',
        commands: ['Resume-MailboxDatabaseCopy MBX01\\EX02', 'dagctl alarms acknowledge a-1 --note "done by hand"'],
      },
    ]);
  });

  it('with very many commands tells where all of them are', () => {
    const commands = Array.from({ length: 30 }, (_, index) => `command ${index + 1}`);
    const facts = factsOf({ alarms: answered([alarmOf({ kind: 'stalled', commands })]) });
    expect(found('alarms', facts)[0]?.commands.slice(19)).toEqual(['command 20', 'dagctl alarms list']);
  });

  it('and what people have asked for is no fault', () => {
    const drain = {
      member: 'ex02',
      reason: 'new disks',
      since: AT,
      requestedBy: null,
      deadlineAt: null,
      isDeadlinePassed: false,
      stopRunning: false,
      running: 0,
    };
    const window = { periods: [], timeZone: 'UTC' };
    const closed = { window, isOpen: false, mayStart: false, changesAt: ago(-HOUR_MS) };
    const facts = factsOf({ maintenance: answered(maintenanceOf({ drains: [drain], defaultWindow: closed })) });
    expect(diagnose(facts).verdict).toBe('ok');
    expect(found('drains', facts)[0]?.text).toBe(
      'EX02 is drained since 2026-01-31 22:00Z (new disks) and gets no new work.',
    );
    expect(found('window', facts)[0]?.text).toBe(
      'The window for backups is closed until 2026-01-31 23:00Z; nothing starts before.',
    );
  });
});

describe('tokens', () => {
  const token = (expiresAt: string) => ({
    tokenId: '3f0e5a52-6a4f-4f2c-9d7c-0f6f5d3b9a11',
    name: 'ann',
    role: 'viewer' as const,
    secretHash: 'f'.repeat(64),
    createdAt: AT,
    expiresAt,
  });

  it('that have all expired let nobody in', () => {
    expect(found('tokens', factsOf({ tokens: answered([token(ago(1))]) }))).toMatchObject([
      { state: 'warning', commands: ['dagctl token create --role administrator'] },
    ]);
    expect(found('tokens', factsOf({ tokens: answered([token(ago(1)), token(ago(-HOUR_MS))]) }))).toMatchObject([
      { state: 'ok', text: '1 token for consoles, and 1 that has expired.' },
    ]);
  });
});
