import { describe, expect, it } from '@jest/globals';
import type { ReportedDatabase } from '#contracts';
import { GUID, MEMBER, database, order } from '../../test-support/samples.js';
import { LIMITS } from '../../test-support/world.js';
import type { AttemptInput, AttemptState, Phase, AttemptContext } from './attempt.js';
import { failureOfExit } from './exit-verdict.js';
import { finalCheck } from './final-check.js';
import { advanceAttempt } from './attempt-life.js';

const NOW_MS = 100_000;
const context: AttemptContext = { memberId: MEMBER, limits: LIMITS, nowMs: NOW_MS, nowUtc: '2026-02-01T20:00:00.000Z' };
const run = {
  before: '2026-01-31T20:00:00.000Z',
  activeMember: 'ex02',
  startedAt: '2026-02-01T19:59:00.000Z',
  startedAtMs: 40_000,
};
const leaseUntilMs = NOW_MS + 5_000;
const exit = { exitCode: 1, bytesDone: '10', lastLines: [] };
const ending = { outcome: 'stopped' as const, failure: { type: 'x.y', message: 'm', retryable: true } };
const PHASES = {
  waiting: { name: 'waiting', giveUpAtMs: NOW_MS + 5_000 },
  checking: { name: 'checking', leaseUntilMs },
  noting: { name: 'noting', leaseUntilMs, run, database: database() },
  starting: { name: 'starting', leaseUntilMs, timeoutAtMs: NOW_MS + 50_000, run },
  running: { name: 'running', leaseUntilMs, timeoutAtMs: NOW_MS + 50_000, run },
  stopping: { name: 'stopping', ending, run, untilMs: NOW_MS + 5_000 },
  proving: { name: 'proving', exit: { ...exit, exitCode: 0 }, run, untilMs: NOW_MS + 5_000, database: null },
  closing: { name: 'closing', ending, exit, run, need: 'free', untilMs: NOW_MS + 5_000, database: null },
  ended: {
    name: 'ended',
    message: { kind: 'refused', data: { ...order(), memberId: MEMBER, failure: ending.failure } },
  },
} as const satisfies Record<Phase['name'], Phase>;
type Name = keyof typeof PHASES;

function take(phase: Phase, input: AttemptInput, changes: Partial<AttemptContext> = {}) {
  const state: AttemptState = { command: order(), phase, bytesDone: '10' };
  const { state: next, effects } = advanceAttempt(state, input, { ...context, ...changes });
  return {
    phase: next.phase,
    effects: effects.map((effect) =>
      effect.kind === 'journal' || effect.kind === 'note' ? `${effect.kind} ${effect.record.kind}` : effect.kind,
    ),
  };
}

const INPUTS = {
  granted: { kind: 'granted', leaseUntilMs: NOW_MS + 9_000 },
  stale: { kind: 'stale' },
  passed: { kind: 'checked', result: { kind: 'passed', before: run.before, database: database() } },
  refused: { kind: 'checked', result: { kind: 'refused', failure: ending.failure } },
  noted: { kind: 'noted' },
  unnoted: { kind: 'journalFailed', message: 'full' },
  started: { kind: 'clientStarted', pid: 1 },
  exit0: { kind: 'clientExited', exit: { ...exit, exitCode: 0 } },
  exit1: { kind: 'clientExited', exit },
  killed: { kind: 'clientExited', exit: { ...exit, exitCode: null } },
  stop: { kind: 'stopOrdered', reason: 'r' },
  agentStopping: { kind: 'agentStopping' },
  read: { kind: 'databaseRead', database: database() },
  unread: { kind: 'databaseRead', database: null },
  tick: { kind: 'tick' },
} as const satisfies Record<string, AttemptInput>;

const TABLE: readonly [Name, keyof typeof INPUTS, Name, readonly string[]][] = [
  ['waiting', 'granted', 'checking', ['check']],
  ['waiting', 'stale', 'closing', ['journal stopping', 'read']],
  ['waiting', 'stop', 'closing', ['journal stopping', 'read']],
  ['waiting', 'agentStopping', 'waiting', []],
  ['waiting', 'passed', 'waiting', []],
  ['checking', 'passed', 'noting', ['note starting']],
  ['checking', 'refused', 'ended', ['journal refused', 'tell']],
  ['checking', 'stop', 'closing', ['journal stopping', 'read']],
  ['checking', 'agentStopping', 'waiting', []],
  ['noting', 'noted', 'starting', ['start']],
  ['noting', 'unnoted', 'ended', ['journal refused', 'tell']],
  ['noting', 'stop', 'closing', ['journal stopping', 'read']],
  ['noting', 'agentStopping', 'closing', ['journal stopping', 'read']],
  ['starting', 'started', 'running', ['journal started', 'tell']],
  ['starting', 'stop', 'stopping', ['kill', 'journal stopping']],
  ['starting', 'exit1', 'closing', ['journal exited', 'read']],
  ['running', 'stale', 'stopping', ['kill', 'journal stopping']],
  ['running', 'agentStopping', 'stopping', ['kill', 'journal stopping']],
  ['running', 'exit0', 'proving', ['journal exited', 'read']],
  ['running', 'exit1', 'closing', ['journal exited', 'read']],
  ['running', 'tick', 'running', []],
  ['stopping', 'granted', 'stopping', []],
  ['stopping', 'started', 'stopping', []],
  ['stopping', 'killed', 'closing', ['read']],
  ['stopping', 'exit0', 'closing', ['read']],
  ['proving', 'read', 'proving', ['read']],
  ['proving', 'unread', 'proving', ['read']],
  ['proving', 'stop', 'proving', []],
  ['closing', 'granted', 'closing', []],
  ['closing', 'unread', 'closing', ['read']],
  ['closing', 'read', 'ended', ['journal ended', 'tell']],
  ['ended', 'granted', 'ended', []],
  ['ended', 'stop', 'ended', []],
  ['ended', 'exit0', 'ended', []],
  ['ended', 'read', 'ended', []],
];

const end = (lastFullBackupAt: string | null) =>
  take(PHASES.proving, { kind: 'databaseRead', database: database({ lastFullBackupAt }) }).phase;

describe('the life of an attempt', () => {
  it.each(TABLE)('%s, %s → %s %j', (from, input, to, effects) => {
    const next = take(PHASES[from], INPUTS[input]);
    expect(next.phase.name).toBe(to);
    expect(next.effects).toEqual(effects);
  });

  it.each([
    ['waiting', 'granted', 'closing', 'lease.never-granted'],
    ['checking', 'passed', 'closing', 'lease.expired'],
    ['noting', 'noted', 'closing', 'lease.expired'],
    ['starting', 'started', 'stopping', 'lease.expired'],
    ['running', 'granted', 'stopping', 'lease.expired'],
  ] as const)('when time is over in %s, %s comes too late', (from, input, to, type) => {
    const next = take(PHASES[from], INPUTS[input], { nowMs: NOW_MS + 5_000 });
    expect(next.phase).toMatchObject({ name: to, ending: { outcome: 'stopped', failure: { type } } });
    expect(next.effects).not.toContain('start');
    expect(next.effects).not.toContain('check');
  });

  it('ends by its own time limit while its lease is good', () => {
    const next = take({ ...PHASES.running, leaseUntilMs: NOW_MS + 99_000 }, INPUTS.tick, { nowMs: NOW_MS + 50_000 });
    expect(next.phase).toMatchObject({
      name: 'stopping',
      ending: { outcome: 'failed', failure: { type: 'attempt.timeout' } },
    });
    expect(next.effects[0]).toBe('kill');
  });

  it('does not even look when the grant was over before it came', () => {
    expect(take(PHASES.waiting, { kind: 'granted', leaseUntilMs: NOW_MS })).toEqual({
      phase: PHASES.waiting,
      effects: [],
    });
  });

  it('ends with the last look that succeeded, not with one that failed', () => {
    const seen = { ...PHASES.proving, database: database() };
    const { phase } = take(seen, INPUTS.unread);
    expect(take(phase, INPUTS.tick, { nowMs: NOW_MS + 5_000 }).phase).toMatchObject({
      message: { data: { failure: { type: 'proof.missing' }, database: { guid: GUID } } },
    });
  });

  it('never shortens a lease', () => {
    expect(take(PHASES.running, { kind: 'granted', leaseUntilMs: NOW_MS + 1 }).phase).toMatchObject({ leaseUntilMs });
  });

  it.each([
    ['free', null, 'closing'],
    ['free', true, 'closing'],
    ['free', false, 'ended'],
    ['notBusy', null, 'ended'],
    ['notBusy', true, 'closing'],
    ['none', true, 'ended'],
  ] as const)('that needs Exchange to be %s and hears "in progress: %s" is %s', (need, backupInProgress, to) => {
    const input = { kind: 'databaseRead' as const, database: database({ backupInProgress }) };
    expect(take({ ...PHASES.closing, need }, input).phase.name).toBe(to);
  });

  it('is proven only by a header that moved forward', () => {
    expect(end('2026-02-01T20:00:00.000Z')).toMatchObject({
      message: { data: { outcome: 'succeeded', durationMs: 60_000, evidence: { proven: true } } },
    });
    expect(end('2026-01-30T20:00:00.000Z').name).toBe('proving');
    expect(end(null).name).toBe('proving');
  });

  it('succeeds unproven where proof is advisory, and says that it is unproven', () => {
    const limits = { ...LIMITS, proof: 'advisory' as const };
    const next = take(PHASES.proving, INPUTS.tick, { limits, nowMs: NOW_MS + 5_000 });
    expect(next.phase).toMatchObject({ message: { data: { outcome: 'succeeded', evidence: { proven: false } } } });
  });
});

const check = (seen: ReportedDatabase | null, changes = {}) => finalCheck(order(changes), MEMBER, seen);
const copies = (changes: object) =>
  database().copies.map((copy) => (copy.member === MEMBER ? { ...copy, ...changes } : copy));

describe('the last check', () => {
  it('passes what the plan expected, with the header of the type', () => {
    expect(check(database({ lastCopyBackupAt: '2026-01-01T00:00:00.000Z' }), { backupType: 'copy' })).toMatchObject({
      kind: 'passed',
      before: '2026-01-01T00:00:00.000Z',
    });
    expect(check(database({ activeMember: MEMBER }), { expectedRole: 'active' })).toMatchObject({ kind: 'passed' });
  });

  it.each<[string, ReportedDatabase | null, object, string, string | undefined, boolean]>([
    ['no database', null, {}, 'copy.missing', undefined, true],
    ['no copy here', database({ copies: [] }), {}, 'copy.missing', undefined, true],
    ['another name', database({ name: 'mbdb01' }), {}, 'copy.not-eligible', 'name-matches', true],
    ['another role', database({ activeMember: MEMBER }), {}, 'copy.role-changed', undefined, true],
    ['a lagged copy', database({ copies: copies({ replayLagMs: 1 }) }), {}, 'copy.not-eligible', 'not-lagged', false],
    [
      'a suspended copy',
      database({ copies: copies({ status: 'Suspended' }) }),
      {},
      'copy.not-eligible',
      'copy-status',
      true,
    ],
    ['a dismounted active', database({ mounted: false }), {}, 'copy.not-eligible', 'active-mounted', true],
    [
      'a lock that may be held',
      database({ backupInProgress: null }),
      {},
      'copy.not-eligible',
      'no-backup-in-progress',
      true,
    ],
    ['a recovery database', database({ recovery: true }), {}, 'copy.not-eligible', 'recovery-database', false],
    [
      'circular logging',
      database({ circularLogging: true }),
      { backupType: 'incremental' },
      'copy.not-eligible',
      'circular-logging',
      false,
    ],
  ])('refuses %s', (_, seen, changes, type, rule, retryable) => {
    expect(check(seen, changes)).toMatchObject({
      kind: 'refused',
      failure: { type, retryable, ...(rule === undefined ? {} : { details: { rule } }) },
    });
  });
});

describe('the reason of a failed client', () => {
  it.each<[number | null, readonly string[], Partial<ReportedDatabase>, string]>([
    [1, ['ACN0519E x', 'STABLE(0x800423f3 - VSS_E_WRITERERROR_RETRYABLE)'], {}, 'vss.retryable'],
    [1, ['ANS1017E Session rejected'], {}, 'storage.unreachable'],
    [1, ['ANS1029E Communication lost'], {}, 'storage.unreachable'],
    [1, ['ANS1311E Server out of data storage space'], {}, 'storage.full'],
    [464, ['ANS1017E'], {}, 'client.nothing-to-do'],
    [418, ['nothing known'], {}, 'client.failed'],
    [null, [], {}, 'client.failed'],
    [1, ['ANS1017E'], { mounted: false }, 'database.moved'],
    [1, [], { activeMember: 'ex03' }, 'database.moved'],
    [1, [], { activeMember: null, mounted: null }, 'client.failed'],
  ])('exit %j with %j and %j is %s', (exitCode, lastLines, seen, type) => {
    const failed = failureOfExit(
      'MBDB01',
      { exitCode, bytesDone: '0', lastLines },
      run,
      database({ guid: GUID, ...seen }),
    );
    expect(failed).toMatchObject({ type, retryable: true, details: { exitCode } });
  });
});
