import { describe, expect, it } from '@jest/globals';
import { failure } from '#contracts';
import fc from 'fast-check';
import type { ConductorEvent } from '../domain/conductor.events.js';
import { RestoreBench } from '../testing/restore-bench.js';
import type { SimDatabase } from '../testing/sim-databases.js';
import { isOpenTask, type StepState } from './restore.state.js';

/** What may happen at any moment, in the order in which it is drawn. */
type Happening =
  | { readonly kind: 'carryOut' | 'lose' | 'loseAfter' | 'fail' | 'interrupt'; readonly pick: number }
  | { readonly kind: 'failover'; readonly pick: number; readonly to: number }
  | { readonly kind: 'silence' | 'return'; readonly pick: number }
  | { readonly kind: 'restart' | 'backup' | 'backupEnds' | 'cancel' | 'outage' }
  | { readonly kind: 'time'; readonly seconds: number };

const pick = fc.nat({ max: 1_000 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('carryOut' as const), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('lose', 'loseAfter', 'fail', 'interrupt' as const), pick }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('failover' as const), pick, to: pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('silence', 'return' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('restart', 'backup', 'backupEnds' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cancel', 'outage' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 8 }) }) },
);

const RUN_ID = '22222222-2222-4222-8222-222222222222';
const CANCEL = { type: 'CancelRequested', runId: RUN_ID, requestedBy: null } as const;
/** While something is changed, an alarm stands at the latest this long after the last word of an agent. */
const ALARM_WITHIN_MS = 60_000;
const OUTAGE_S = 90;

/** Books of its own, kept from what was decided and from what Exchange is, and from none of the conductor's indexes. */
class Books {
  private readonly liveBackups = new Map<string, string>();
  private readonly databaseOfTask = new Map<string, string>();
  private readonly touching = new Set<string>();
  private seen = 0;
  private heardAtMs = 0;

  constructor(private readonly bench: RestoreBench) {}

  heard(): void {
    this.heardAtMs = this.bench.nowMs;
  }

  check(): void {
    const { bench } = this;
    for (const event of bench.history.slice(this.seen)) this.follow(event);
    this.seen = bench.history.length;
    for (const database of bench.databases.values()) {
      const backups = [...this.liveBackups.values()].filter((guid) => guid === database.guid).length;
      if (backups > 0 && this.touching.has(database.guid))
        throw new Error(`invariant 7: ${database.name} is backed up during its restore`);
    }
    const isChanged = [...bench.databases.values()].some(isLeftChanged);
    const alarms = [...bench.state.restores.values()].some((run) => run.alarms.size > 0);
    if (isChanged && !alarms && bench.nowMs - this.heardAtMs > ALARM_WITHIN_MS && !this.isMovingData())
      throw new Error('invariant 6: something is changed, nobody was heard for a minute, and there is no alarm');
  }

  /** A long step holds its lease, and copies that wait for their turn wait for others that do. */
  private isMovingData(): boolean {
    const { bench } = this;
    const moves = bench
      .live()
      .some(({ step, accepted }) => accepted && (step.kind === 'restoreBackup' || step.kind === 'reseedCopy'));
    return moves || [...bench.run().tasks.values()].some(({ blockedBy }) => blockedBy === 'reseed-slots');
  }

  private follow(event: ConductorEvent): void {
    if (event.type === 'TaskPlanned' || event.type === 'TaskUnplaced')
      this.databaseOfTask.set(`${event.runId} ${event.task.taskId}`, event.task.databaseGuid);
    if (event.type === 'TaskDispatched')
      this.liveBackups.set(event.attempt.attemptId, this.databaseOfTask.get(`${event.runId} ${event.taskId}`) ?? '');
    if (event.type === 'AttemptEnded') this.liveBackups.delete(event.attemptId);
    if (event.type === 'RestoreStepOrdered' && event.step.purpose !== 'look') this.touching.add(event.taskId);
    if (event.type === 'RestoreTaskEnded') this.touching.delete(event.taskId);
  }
}

function isLeftChanged(database: SimDatabase): boolean {
  return !database.mounted || database.allow || [...database.copies.values()].some(({ suspended }) => suspended);
}

function happen(bench: RestoreBench, books: Books, what: Happening, counter: { backups: number }): void {
  const live = bench.live().filter(({ member }) => !bench.silent.has(member));
  const step = 'pick' in what ? live[what.pick % Math.max(1, live.length)] : undefined;
  switch (what.kind) {
    case 'carryOut':
      if (step) {
        bench.when({ type: 'RestoreStepAccepted', stepId: step.stepId, member: step.member });
        bench.carryOut(step);
        books.heard();
      }
      return;
    case 'lose':
    case 'loseAfter':
      if (step) lose(bench, step, what.kind === 'loseAfter');
      return;
    case 'fail':
    case 'interrupt':
      if (step) {
        leaveHalf(bench, step, what.kind === 'interrupt');
        const wrote = step.step.kind === 'restoreBackup' ? { wrote: what.kind === 'interrupt' } : {};
        const outcome = what.kind === 'fail' ? 'failed' : 'interrupted';
        bench.end(step, { outcome, ...wrote, failure: failure('client.failed', 'no luck', { retryable: true }) });
        books.heard();
      }
      return;
    case 'failover': {
      const database = [...bench.databases.values()][what.pick % bench.databases.size];
      const targets = database ? bench.failoverTargets(database) : [];
      const to = targets[what.to % Math.max(1, targets.length)];
      if (database?.mounted && to !== undefined) bench.failover(database, to);
      return;
    }
    case 'silence': {
      const member = bench.members[what.pick % bench.members.length] ?? 'ex01';
      bench.silent.add(member);
      return;
    }
    case 'return':
      bench.silent.clear();
      return;
    case 'restart':
      return bench.restart();
    case 'backup': {
      counter.backups += 1;
      const runId = `00000000-0000-4000-9000-${String(counter.backups).padStart(12, '0')}`;
      bench.when({ type: 'BackupRequested', runId, requestId: `b${counter.backups}`, request: {} });
      bench.when({ type: 'SnapshotCollected', runId, missingMembers: [] });
      return;
    }
    case 'backupEnds':
      return endBackups(bench);
    case 'cancel':
      bench.when(CANCEL);
      return;
    case 'outage':
      // Every agent is away, and the conductor alone goes on.
      for (const member of bench.members) bench.silent.add(member);
      passTime(bench, OUTAGE_S, books);
      bench.silent.clear();
      return;
    case 'time':
      passTime(bench, what.seconds, books);
      return;
    default: {
      const unknown: never = what;
      throw new Error(`unknown happening ${JSON.stringify(unknown)}`);
    }
  }
}

/** The agent dies before or after the step has its effect, and the lease runs out. */
function lose(bench: RestoreBench, step: StepState, hadEffect: boolean): void {
  if (hadEffect) bench.effectOf(step);
  else leaveHalf(bench, step, true);
  passTime(bench, 22);
  bench.when({ type: 'LeasesExpired', member: step.member, attemptIds: [step.stepId] });
}

function leaveHalf(bench: RestoreBench, step: StepState, didBegin: boolean): void {
  const database = [...bench.databases.values()].find(({ guid }) => guid === step.databaseGuid);
  const copy = database?.copies.get(step.member);
  if (didBegin && copy && database?.active === step.member && !database.mounted && step.step.kind === 'restoreBackup')
    copy.content = 'half';
}

function passTime(bench: RestoreBench, seconds: number, books?: Books): void {
  for (let second = 0; second < seconds; second += 1) {
    // What a silent agent holds is lost when its lease is over.
    for (const step of bench.live())
      if (bench.silent.has(step.member) && bench.nowMs - step.orderedAtMs > 22_000)
        bench.when({ type: 'LeasesExpired', member: step.member, attemptIds: [step.stepId] });
    bench.after(1_000);
    books?.check();
  }
}

function endBackups(bench: RestoreBench): void {
  for (const { attemptId, member } of bench.state.liveByAttempt.values())
    bench.when({ type: 'AttemptEnded', attemptId, member, outcome: 'succeeded', bytes: '1' });
}

describe('whatever happens', () => {
  it('no backup runs beside a restore, nothing is left without an alarm, and every restore ends (invariants 5, 6 and 7)', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), fc.integer({ min: 1, max: 3 }), (happenings, count) => {
        const bench = new RestoreBench();
        const databases = Array.from({ length: count }, (_, index) => bench.database(index + 1));
        const names = databases.map(({ name }) => name);
        const books = new Books(bench);
        const counter = { backups: 0 };
        bench.request({ databases: names, confirm: names });
        books.heard();
        for (const what of happenings) {
          happen(bench, books, what, counter);
          books.check();
        }
        bench.silent.clear();
        for (let round = 0; round < 600 && [...bench.run().tasks.values()].some(isOpenTask); round += 1) {
          endBackups(bench);
          for (const step of bench.live()) bench.carryOut(step);
          books.heard();
          bench.after(2_000);
          books.check();
        }
        expect([...bench.run().tasks.values()].filter(isOpenTask)).toEqual([]);
        for (const database of databases) expectNothingLeft(bench, database);
        expect(bench.state.restoreLocks.size).toBe(0);
        expect(bench.state.liveByStep.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

function expectNothingLeft(bench: RestoreBench, database: SimDatabase): void {
  const { status } = bench.task(database.name);
  const alarms = [...bench.run().alarms.values()].filter(({ taskId }) => taskId === database.guid);
  if (status === 'needsAttention') return expect(alarms).toMatchObject([{ kind: 'attention' }]);
  expect([database.name, status, isLeftChanged(database)]).toEqual([database.name, status, false]);
  expect(alarms).toEqual([]);
  const contents = [...database.copies.values()].map(({ content }) => content);
  expect(new Set(contents).size).toBe(1);
  expect(contents[0]).toBe(status === 'succeeded' ? 'restored' : 'old');
}
