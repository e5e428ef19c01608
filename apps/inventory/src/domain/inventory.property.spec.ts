import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { COPY_STATUSES, type InventorySnapshot, type NodeReport, type ReportedDatabase } from '#contracts';
import { COPY_RULES, NO_QUEUE_LIMITS, refusalOf } from '#eligibility';
import { DB1, DB2, START_MS, copy, database, report } from '../testing/given.js';
import { Inventory } from './inventory.js';
import { DEFAULT_SETTINGS, emptyState } from './state.js';

const MEMBERS = ['ex01', 'ex02', 'ex03', 'ex04'] as const;
const inventory = new Inventory(DEFAULT_SETTINGS);

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { nil: null });

const reportedDatabase: fc.Arbitrary<ReportedDatabase> = fc
  .record({
    guid: fc.constantFrom(DB1, DB2),
    active: maybe(fc.constantFrom(...MEMBERS)),
    mounted: maybe(fc.boolean()),
    backupInProgress: maybe(fc.boolean()),
    circularLogging: maybe(fc.boolean()),
    replayLagMs: maybe(fc.constantFrom(0, 1_000)),
    statuses: fc.array(fc.constantFrom(...COPY_STATUSES), { minLength: 4, maxLength: 4 }),
    holders: fc.subarray([...MEMBERS], { minLength: 1 }),
  })
  .map(({ guid, active, mounted, backupInProgress, circularLogging, replayLagMs, statuses, holders }) =>
    database(active, [], {
      guid,
      name: guid.slice(0, 4),
      mounted,
      backupInProgress,
      circularLogging,
      copies: holders.map((member, index) =>
        copy(member, { active: member === active, status: statuses[index] ?? 'Unknown', replayLagMs }),
      ),
    }),
  );

const databases = fc.uniqueArray(reportedDatabase, { selector: ({ guid }) => guid, maxLength: 2 });
const someReports: fc.Arbitrary<readonly NodeReport[]> = fc
  .array(fc.record({ member: fc.constantFrom(...MEMBERS), databases }), { minLength: 1, maxLength: 12 })
  .map((items) => items.map((item, index) => report(item.member, index, item.databases)));

/** All told at one moment, so that only the sequence can put them in order. */
function viewAfter(reports: readonly NodeReport[]): InventorySnapshot {
  const state = reports.reduce((before, each) => inventory.merge(before, each, START_MS).state, emptyState(START_MS));
  return inventory.view(state, START_MS);
}

/** Where nobody knows the active member, the last one known counts, and that is history. */
function isActiveMemberReported(reports: readonly NodeReport[], guid: string): boolean {
  const newest = new Map(reports.toSorted((a, b) => a.sequence - b.sequence).map((each) => [each.memberId, each]));
  return [...newest.values()].some((each) =>
    each.databases.some((one) => one.guid === guid && one.activeMember !== null),
  );
}

describe('the inventory, whatever it is told', () => {
  it('comes to the same view in whatever order the reports arrive', () => {
    const reordered = someReports.chain((reports) =>
      fc.tuple(fc.constant(reports), fc.shuffledSubarray([...reports], { minLength: reports.length })),
    );
    fc.assert(
      fc.property(reordered, ([reports, shuffled]) => {
        const known = (view: InventorySnapshot) =>
          view.databases.filter(({ guid }) => isActiveMemberReported(reports, guid));
        const inOrder = viewAfter(reports);
        const inDisorder = viewAfter(shuffled);
        expect(known(inDisorder)).toEqual(known(inOrder));
        expect(inDisorder.members).toEqual(inOrder.members);
        expect(inDisorder.dags).toEqual(inOrder.dags);
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing and tells nothing when everything is told again', () => {
    fc.assert(
      fc.property(someReports, (reports) => {
        const state = reports.reduce(
          (before, each) => inventory.merge(before, each, START_MS).state,
          emptyState(START_MS),
        );
        for (const each of reports) {
          const again = inventory.merge(state, each, START_MS);
          expect(again.state).toBe(state);
          expect(again.facts).toEqual([]);
        }
      }),
    );
  });

  it('never invents eligibility: an eligible copy was seen by somebody as exactly that', () => {
    fc.assert(
      fc.property(someReports, (reports) => {
        const view = viewAfter(reports);
        for (const found of view.databases) {
          const seen = reports.flatMap((each) => each.databases).filter(({ guid }) => guid === found.guid);
          expect(found.copies.filter(({ role }) => role === 'active').length).toBeLessThanOrEqual(1);
          for (const each of found.copies) {
            if (
              refusalOf({ database: found, copy: each, backupType: 'full', queueLimits: NO_QUEUE_LIMITS }, COPY_RULES)
            )
              continue;
            expect(
              seen.some(({ activeMember, mounted }) => activeMember === found.activeMember && mounted === true),
            ).toBe(true);
            expect(
              seen.some(
                ({ activeMember, backupInProgress }) =>
                  activeMember === found.activeMember && backupInProgress === false,
              ),
            ).toBe(true);
            const sources = seen.flatMap(({ copies }) => copies).filter(({ member }) => member === each.member);
            expect(
              sources.some(({ status, replayLagMs }) => status === each.status && replayLagMs === each.replayLagMs),
            ).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tells a failover only where the view changed its active member, and then always', () => {
    fc.assert(
      fc.property(someReports, (reports) => {
        let state = emptyState(START_MS);
        for (const each of reports) {
          const before = state.databases;
          const step = inventory.merge(state, each, START_MS);
          state = step.state;
          const told = step.facts.flatMap((fact) =>
            fact.kind === 'databaseFailedOver' ? [fact.move.database.guid] : [],
          );
          const moved = [...state.databases.values()].flatMap(({ guid, activeMember }) => {
            const from = before.get(guid)?.activeMember ?? null;
            return from !== null && activeMember !== null && from !== activeMember ? [guid] : [];
          });
          expect(new Set(told)).toEqual(new Set(moved));
          expect(told).toHaveLength(moved.length);
        }
      }),
    );
  });
});
