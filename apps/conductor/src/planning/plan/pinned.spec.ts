import { describe, expect, it } from '@jest/globals';
import type { BackupRequest, DatabaseView, PlanDocument, WhatIf } from '#contracts';
import { orderOf } from '../../domain/decide/request.js';
import { Scenario } from '../../testing/scenario.js';
import { SETTINGS, databaseView, memberView, movedTo, worldOf } from '../../testing/worlds.js';
import type { World } from '../../domain/world.js';
import { documentOf } from './document.js';
import { makePlan } from './plan.js';
import { imagined } from './what-if.js';

const GIB = 1_073_741_824;
const members = ['EX01', 'EX02', 'EX03'].map((name) => memberView(name));
const databases = [300, 200, 100].map((gib, index) =>
  databaseView(index + 1, ['ex01', 'ex02', 'ex03'], { sizeBytes: String(gib * GIB) }),
);
const world = worldOf(members, databases);

function documentFor(request: BackupRequest, whatIf: WhatIf | null = null, from: World = world): PlanDocument {
  const asked = whatIf ? imagined(from, whatIf) : from;
  const plan = makePlan(
    orderOf(request, null),
    {
      world: asked,
      isAlive: () => true,
      openBytes: () => 0,
      capacity: () => ({ bytesPerSecond: GIB, streams: 1, startGapMs: 0 }),
      observationMaxAgeMs: 300_000,
      queueLimits: SETTINGS.queueLimits,
      drainOf: () => undefined,
    },
    0,
  );
  if (plan.kind === 'refused') throw new Error(plan.reason);
  return documentOf({ plan, request, whatIf, warnings: [], world: asked, madeAt: '2026-01-31T22:00:00.000Z' });
}

/** The file with one task turned round, as a person would; the run must do as it says. */
function pinned(document: PlanDocument): BackupRequest {
  const { madeAt, topology, finishMs, boundMs, request } = document;
  const tasks = document.tasks.map(({ taskId, startMs, endMs }) => ({
    taskId,
    member: 'ex02',
    startMs: startMs ?? 0,
    endMs: endMs ?? 0,
  }));
  return { ...request, plan: { madeAt, topology, finishMs, boundMs, tasks } };
}

function planned(request: BackupRequest, now: readonly DatabaseView[]): Scenario {
  return new Scenario(worldOf(members, now), { ...SETTINGS, parallelPerMember: 3 }).planned(request);
}

describe('a plan that comes back to be carried out', () => {
  it('is carried out as it is, though another would be better', () => {
    const scenario = planned(pinned(documentFor({})), databases);
    expect(scenario.of('TaskPlanned').map(({ member }) => member)).toEqual(['ex02', 'ex02', 'ex02']);
    expect(scenario.run().request).not.toHaveProperty('plan');
  });

  it('lets a task whose copy is not well when its turn comes go on elsewhere, as in any run', () => {
    const [first, ...others] = databases;
    if (!first) throw new Error('no database');
    const ill = {
      ...first,
      copies: first.copies.map((copy) => (copy.member === 'ex02' ? { ...copy, status: 'Failed' as const } : copy)),
    };
    const scenario = planned(pinned(documentFor({})), [ill, ...others]);
    expect(scenario.task('MBX01')).toMatchObject({ status: 'dispatched', member: 'ex03' });
  });

  it.each<[string, (all: readonly DatabaseView[]) => readonly DatabaseView[]]>([
    ['MBX01 is now active on EX02', ([first, ...others]) => (first ? [movedTo(first, 'ex02'), ...others] : others)],
    ['MBX03 is gone, or not in the selection any more', (all) => all.slice(0, 2)],
    ['MBX04 is new', (all) => [...all, databaseView(4, ['ex01', 'ex02'])]],
    [
      'MBX01 has no copy on EX03 any more',
      ([first, ...others]) => (first ? [{ ...first, copies: first.copies.slice(0, 2) }, ...others] : others),
    ],
    [
      'the copy of MBX01 on EX02 is lagged now',
      ([first, ...others]) =>
        first
          ? [
              {
                ...first,
                copies: first.copies.map((copy) => (copy.member === 'ex02' ? { ...copy, replayLagMs: 1_000 } : copy)),
              },
              ...others,
            ]
          : others,
    ],
  ])('is refused with exit 3 when %s', (change, after) => {
    const scenario = planned(pinned(documentFor({})), after(databases));
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 3 });
    expect(scenario.run().reason).toBe(
      `the topology has changed since the plan of 2026-01-31T22:00:00.000Z: ${change}; make a new plan`,
    );
    expect(scenario.of('TaskPlanned')).toEqual([]);
  });
});

describe('a plan for a world that is not', () => {
  it('does without a member, and has its active databases active elsewhere', () => {
    const document = documentFor({}, { withoutMembers: ['ex01'] });
    expect(document.topology[0]?.copies).toEqual([
      { member: 'ex02', role: 'active', lagged: false },
      { member: 'ex03', role: 'passive', lagged: false },
    ]);
    expect(document.tasks.map(({ member }) => member)).toEqual(['ex03', 'ex03', 'ex03']);
  });

  it('reckons with larger databases, and says whether they fit into a window', () => {
    const today = documentFor({}, { windowMs: 310_000 });
    expect(today.window).toMatchObject({ late: [] });
    const grown = documentFor({}, { growPercent: 20, windowMs: 310_000 });
    expect(grown.finishMs).toBeGreaterThan(today.finishMs * 1.19);
    expect(grown.window?.late).not.toEqual([]);
    expect(grown.window?.text).toContain('no plan fits: the best possible takes');
  });
});
