import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RunEvent } from '../../domain/run.events.js';
import { Scenario } from '../../testing/scenario.js';
import { databaseView, memberView, worldOf } from '../../testing/worlds.js';
import { orderOf } from '../../domain/decide/request.js';
import type { PlacementContext } from '../candidates.js';
import { contextFrom, inputsOf } from './inputs.js';
import { makePlan } from './plan.js';

const MEMBERS = ['ex01', 'ex02', 'ex03', 'ex04'] as const;
const NOW_MS = Date.parse('2026-01-31T22:00:00Z');

const DRAIN = {
  requestId: 'd-1',
  requestedBy: null,
  reason: 'patches',
  sinceMs: NOW_MS,
  deadlineAtMs: null,
  isDeadlinePassed: false,
  stopRunning: false,
};

/** The plan once more, from what the history holds and nothing else. */
function replayed(history: readonly RunEvent[]) {
  const requested = history.find((event) => event.type === 'RunRequested');
  const planned = history.find((event) => event.type === 'RunPlanned');
  if (requested?.type !== 'RunRequested' || planned?.type !== 'RunPlanned') throw new Error('the run was not planned');
  const plan = makePlan(requested.order, contextFrom(planned.inputs), planned.atMs);
  if (plan.kind === 'refused') throw new Error(plan.reason);
  return plan;
}

describe('a stored decision', () => {
  it('gives the same answer when it is made again from what was stored with it', () => {
    const database = fc.record({
      bytes: fc.integer({ min: 1, max: 1_000_000_000 }),
      first: fc.nat(3),
      width: fc.integer({ min: 1, max: 4 }),
      status: fc.constantFrom('Healthy', 'Failed'),
      fullAt: fc.constantFrom(null, '2026-01-31T20:00:00Z'),
    } as const);
    fc.assert(
      fc.property(
        fc.array(database, { minLength: 1, maxLength: 8 }),
        fc.constantFrom({}, { copiesPerDatabase: 2 }, { preferMembers: ['ex02'] }, { minIntervalMs: 14_400_000 }),
        fc.constantFrom(null, 1, 2),
        (drawn, request, sitesMay) => {
          const views = drawn.map(({ bytes, first, width, status, fullAt }, index) => {
            const held = Array.from({ length: width }, (_, offset) => MEMBERS[(first + offset) % 4] ?? 'ex01');
            const view = databaseView(index + 1, held, { sizeBytes: String(bytes), lastFullBackupAt: fullAt });
            return { ...view, copies: view.copies.map((copy, at) => (at === 1 ? { ...copy, status } : copy)) };
          });
          const scenario = new Scenario(
            worldOf(
              MEMBERS.map((name) => memberView(name.toUpperCase())),
              views,
            ),
          );
          scenario.nowMs = NOW_MS;
          scenario.when({
            type: 'LimitsChangeRequested',
            requestId: 'limits',
            request: { changes: [{ scope: 'site', value: sitesMay }] },
          });
          scenario.planned({ databases: views.slice(0, 5).map(({ name }) => name), ...request });
          if (scenario.of('RunRefused').length > 0) return;
          // As it comes back from the store.
          const history = JSON.parse(JSON.stringify(scenario.history)) as readonly RunEvent[];
          const plan = replayed(history);
          const then = scenario.of('TaskPlanned').map(({ task, member, decision }) => ({ task, member, decision }));
          const again = plan.tasks.flatMap(({ task, outcome }) =>
            outcome.kind === 'placed' ? [{ task, member: outcome.member, decision: outcome.decision }] : [],
          );
          expect(again).toEqual(then);
          const leftOut = plan.tasks.flatMap(({ outcome }) => (outcome.kind === 'leftOut' ? [outcome.decision] : []));
          expect(leftOut).toEqual(scenario.of('TaskLeftOut').map(({ decision }) => decision));
          expect(plan.finishMs).toBe(scenario.of('RunPlanned')[0]?.estimate.finishMs);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('holds everything about members and limits that the plan looked at', () => {
    const drawn = fc.record({
      silent: fc.subarray([...MEMBERS]),
      drained: fc.subarray([...MEMBERS]),
      open: fc.array(fc.nat(5_000), { minLength: 4, maxLength: 4 }),
      queues: fc.array(fc.nat(20), { minLength: 4, maxLength: 4 }),
      maxLogs: fc.nat(20),
    });
    fc.assert(
      fc.property(drawn, ({ silent, drained, open, queues, maxLogs }) => {
        const databases = [1, 2, 3].map((number) => {
          const view = databaseView(number, MEMBERS);
          const copies = view.copies.map((copy, at) => ({ ...copy, replayQueueLength: String(queues[at] ?? 0) }));
          return { ...view, copies };
        });
        const context: PlacementContext = {
          world: worldOf(
            MEMBERS.map((name) => memberView(name.toUpperCase())),
            databases,
          ),
          isAlive: (member) => !silent.some((each) => each === member),
          openBytes: (member) => open[MEMBERS.findIndex((each) => each === member)] ?? 0,
          capacity: () => ({ bytesPerSecond: 100, streams: 1, startGapMs: 0 }),
          observationMaxAgeMs: 300_000,
          queueLimits: { copyQueueLogsMax: null, replayQueueLogsMax: maxLogs },
          drainOf: (member) => (drained.some((each) => each === member) ? { ...DRAIN, member } : undefined),
        };
        const order = orderOf({}, null);
        const inputs = inputsOf(new Set(databases.map(({ guid }) => guid)), order, context);
        const stored = JSON.parse(JSON.stringify(inputs)) as typeof inputs;
        expect(makePlan(order, contextFrom(stored), NOW_MS)).toEqual(makePlan(order, context, NOW_MS));
      }),
      { numRuns: 100 },
    );
  });
});
