import { failure } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RUN_ID, Scenario } from '../../testing/scenario.js';
import { copyView, databaseView, guidOf, memberView, worldOf } from '../../testing/worlds.js';
import { accountingOf } from '../accounting.js';
import { replay, summaryOf } from '../views.js';

const MEMBERS = ['ex01', 'ex02', 'ex03', 'ex04'] as const;
const NOW_MS = Date.parse('2026-01-31T22:00:00Z');
const HOUR_MS = 3_600_000;
const ROUNDS_MAX = 200;

const copy = fc.record({
  status: fc.constantFrom('Healthy', 'Healthy', 'Healthy', 'Failed', 'Unknown'),
  replayLagMs: fc.constantFrom(0, 0, 0, 604_800_000, null),
  ageMs: fc.constantFrom(0, 0, 900_000),
} as const);
const database = fc.record({
  copies: fc.array(copy, { minLength: 1, maxLength: 4 }),
  first: fc.nat(3),
  kind: fc.constantFrom('dag', 'dag', 'dag', 'standalone', 'publicFolder', 'recovery'),
  mounted: fc.constantFrom(true, true, true, false, null),
  fullHoursAgo: fc.constantFrom(null, 1, 30),
  succeeds: fc.boolean(),
} as const);
const request = fc.record(
  {
    databases: fc.constantFrom(['MBX01'], ['MBX01', 'MBX02']),
    excludeMembers: fc.subarray([...MEMBERS], { maxLength: 3 }),
    preferMembers: fc.subarray([...MEMBERS], { maxLength: 2 }),
    copiesPerDatabase: fc.integer({ min: 1, max: 3 }),
    minIntervalMs: fc.constantFrom(0, 20 * HOUR_MS),
    copyPreference: fc.constantFrom('preferPassive', 'passiveOnly', 'activeOnly'),
    onFailover: fc.constantFrom('bestCopy', 'followActive'),
    backupType: fc.constantFrom('full', 'copy', 'incremental', 'differential'),
  } as const,
  { requiredKeys: [] },
);

type Drawn = typeof database extends fc.Arbitrary<infer Value> ? Value : never;

function viewOf({ copies, first, kind, mounted, fullHoursAgo }: Drawn, index: number) {
  const held = (kind === 'dag' ? copies : copies.slice(0, 1)).map((each, offset) => ({
    ...each,
    member: MEMBERS[(first + offset) % MEMBERS.length] ?? 'ex01',
  }));
  const fullAt = fullHoursAgo === null ? null : new Date(NOW_MS - fullHoursAgo * HOUR_MS).toISOString();
  return databaseView(
    index + 1,
    held.map(({ member }) => member),
    {
      kind,
      mounted,
      lastFullBackupAt: fullAt,
      copies: held.map(({ member, status, replayLagMs, ageMs }, offset) =>
        copyView(member, {
          replayLagMs,
          ageMs,
          status,
          latestFullBackupAt: fullAt,
          ...(offset === 0 ? { role: 'active' as const, status: status === 'Healthy' ? 'Mounted' : status } : {}),
        }),
      ),
    },
  );
}

/** Plays the run to its end: each attempt ends as its database was drawn to. */
function finish(scenario: Scenario, drawn: readonly Drawn[]): void {
  for (let round = 0; round < ROUNDS_MAX && !scenario.state.runs.isEmpty(); round += 1) {
    for (const { attemptId, member, databaseGuid } of scenario.state.liveByAttempt.values()) {
      const succeeds = drawn.find((_, index) => guidOf(index + 1) === databaseGuid)?.succeeds ?? false;
      scenario.when({
        type: 'AttemptEnded',
        attemptId,
        member,
        outcome: succeeds ? 'succeeded' : 'failed',
        bytes: '1',
        ...(succeeds ? {} : { failure: failure('client.failed', 'tdpexcc ended with 1', { retryable: false }) }),
      });
    }
    scenario.after(60_000);
  }
}

describe('when a run is over', () => {
  it('every database the inventory knew is in exactly one account, each with its proof, rule or reason, and green means all is well', () => {
    fc.assert(
      fc.property(fc.array(database, { minLength: 2, maxLength: 6 }), request, (drawn, wanted) => {
        const views = drawn.map(viewOf);
        const scenario = new Scenario(
          worldOf(
            MEMBERS.map((name) => memberView(name.toUpperCase())),
            views,
          ),
        );
        scenario.nowMs = NOW_MS;
        scenario.planned(wanted);
        finish(scenario, drawn);
        expect(scenario.state.runs.size).toBe(0);
        const run = scenario.run();
        if (scenario.of('RunRefused').length > 0) return expect(run.exitCode).toBe(2);
        // The books, kept from the history alone.
        const tasks = [...run.tasks.values()];
        const account = new Map(views.map(({ guid }) => [guid, new Set<string>()]));
        for (const { databases } of run.excluded) for (const { guid } of databases) account.get(guid)?.add('excluded');
        for (const guid of account.keys()) {
          const own = tasks.filter(({ databaseGuid }) => databaseGuid === guid).map(({ status }) => status);
          if (own.length === 0) continue;
          const worst = ['failed', 'cancelled'].some((status) => own.includes(status as 'failed'));
          const word = worst
            ? 'failed'
            : own.includes('succeeded')
              ? 'backedUp'
              : own.includes('notNeeded')
                ? 'notNeeded'
                : 'excluded';
          account.get(guid)?.add(word);
        }
        const words = [...account.values()].map((set) => [...set]);
        expect(words.every(({ length }) => length === 1)).toBe(true);
        const count = (word: string): number => words.filter(([only]) => only === word).length;
        const told = accountingOf(run);
        expect(told).toMatchObject({
          known: views.length,
          backedUp: count('backedUp'),
          notNeeded: count('notNeeded'),
          excluded: count('excluded'),
          failed: count('failed'),
          open: 0,
        });
        expect(told.exclusions.reduce((sum, exclusion) => sum + exclusion.count, 0)).toBe(told.excluded);
        for (const task of tasks) {
          expect(task.reason).not.toBe('');
          if (task.status === 'skipped') expect(task.rule).toBeTruthy();
        }
        for (const { proof } of scenario.of('TaskNotNeeded')) {
          expect(NOW_MS - Date.parse(proof.at)).toBeLessThan(wanted.minIntervalMs ?? 0);
        }
        if (run.exitCode === 0) expect(count('failed')).toBe(0);
        if (count('failed') > 0) expect(run.exitCode).toBe(12);
        expect(summaryOf(replay(scenario.history.filter(({ runId }) => runId === RUN_ID)) ?? run)).toEqual(
          summaryOf(run),
        );
      }),
      { numRuns: 150 },
    );
  });
});
