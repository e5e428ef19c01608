import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { databaseView, memberView, worldOf } from '../testing/worlds.js';
import { orderOf } from '../domain/decide/request.js';
import type { PlacementContext } from './candidates.js';
import { contextFrom, inputsOf } from './inputs.js';
import { makePlan } from './plan/plan.js';

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

describe('the inputs of a decision', () => {
  it('hold everything about members and limits that the plan looked at', () => {
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
        const looked = { databases: databases.map(({ guid }) => guid), members: [], backupType: order.backupType };
        const inputs = inputsOf(looked, context);
        const stored = JSON.parse(JSON.stringify(inputs)) as typeof inputs;
        expect(makePlan(order, contextFrom(stored), NOW_MS)).toEqual(makePlan(order, context, NOW_MS));
      }),
      { numRuns: 100 },
    );
  });
});
