import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Scenario } from '../../testing/scenario.js';
import { SETTINGS, databaseView, memberView, worldOf } from '../../testing/worlds.js';

const MEMBERS = ['EX01', 'EX02', 'EX03', 'EX04'] as const;
const DATABASES_EACH = 3;
const QUARTER_MS = 15 * 60 * 1_000;
const ROUNDS_MAX = 40;

/** Three stand-alone databases on each of four members, two members in each site and two at each storage server. */
function world(members: readonly string[] = MEMBERS) {
  const views = members.map((name, index) =>
    memberView(name, { site: index < 2 ? 'Nord' : 'Sued', storageServer: index % 2 === 0 ? 'SP1' : 'SP2' }),
  );
  const databases = members.flatMap((name, index) =>
    Array.from({ length: DATABASES_EACH }, (_, nth) =>
      databaseView(index * DATABASES_EACH + nth + 1, [name.toLowerCase()]),
    ),
  );
  return worldOf(views, databases);
}

type Limits = Readonly<Record<string, number | null>>;

const PLACES = [
  { scope: 'global' as const, members: [0, 1, 2, 3] },
  { scope: 'site' as const, name: 'Nord', members: [0, 1] },
  { scope: 'site' as const, name: 'Sued', members: [2, 3] },
  { scope: 'storageServer' as const, name: 'SP1', members: [0, 2] },
  { scope: 'storageServer' as const, name: 'SP2', members: [1, 3] },
  ...MEMBERS.map((name, index) => ({ scope: 'member' as const, name: name.toLowerCase(), members: [index] })),
];

const change = fc.record({ place: fc.constantFrom(...PLACES), value: fc.constantFrom(null, 1, 2, 3, 4) } as const);
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function keyOf({ scope, name = '' }: { readonly scope: string; readonly name?: string }): string {
  return `${scope} ${name}`;
}

/** How many run on each member, and how many wait there. */
function counts(scenario: Scenario) {
  const live = [...scenario.state.liveByAttempt.values()].map(({ member }) => member);
  const pending = [...scenario.run().tasks.values()].filter(({ status }) => status === 'pending');
  return MEMBERS.map((name) => ({
    live: live.filter((member) => member === name.toLowerCase()).length,
    waiting: pending.filter(({ member }) => member === name.toLowerCase()).length,
  }));
}

/** The members on which one more could start, by plain counting. */
function room(scenario: Scenario, limits: Limits): readonly number[] {
  const now = counts(scenario);
  return MEMBERS.map((_, index) => index).filter(
    (index) =>
      (now[index]?.waiting ?? 0) > 0 &&
      PLACES.filter(({ members }) => members.includes(index)).every((place) => {
        const used = place.members.reduce((sum, member) => sum + (now[member]?.live ?? 0), 0);
        const limit = limits[keyOf(place)] ?? (place.scope === 'member' ? SETTINGS.parallelPerMember : null);
        return limit === null || used < limit;
      }),
  );
}

function apply(scenario: Scenario, { place, value }: Change) {
  const { scope, name } = { name: undefined, ...place };
  return scenario.when({
    type: 'LimitsChangeRequested',
    requestId: `change-${scenario.history.length}`,
    request: { changes: [{ scope, ...(name === undefined ? {} : { name }), value }] },
  });
}

describe('a change of limits', () => {
  it('starts at once whatever it makes room for, and touches nothing where it makes none', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const scenario = new Scenario(world(), { ...SETTINGS, startGapMs: 0, parallelPerVolume: null }).planned();
        let limits: Limits = {};
        for (const each of changes) {
          limits = { ...limits, [keyOf(each.place)]: each.value };
          const before = room(scenario, limits);
          const events = apply(scenario, each);
          const started = events.flatMap((event) => (event.type === 'TaskDispatched' ? [event.attempt.member] : []));
          expect(room(scenario, limits)).toEqual([]);
          if (before.length === 0) expect(started).toEqual([]);
          const within = each.place.members.map((index) => MEMBERS[index]?.toLowerCase());
          for (const member of started) expect(within).toContain(member);
        }
      }),
    );
  });
});

describe('priorities over random arrivals', () => {
  it('let nothing wait behind what was asked for later by more than its priority is worth', () => {
    const arrival = fc.record({
      afterMs: fc.integer({ min: 0, max: 2 * QUARTER_MS }),
      priority: fc.integer({ min: 1, max: 9 }),
      database: fc.integer({ min: 1, max: DATABASES_EACH }),
    });
    fc.assert(
      fc.property(fc.array(arrival, { minLength: 2, maxLength: ROUNDS_MAX }), (arrivals) => {
        const scenario = new Scenario(world(['EX01']), { ...SETTINGS, startGapMs: 0, parallelPerMember: 1 });
        const asked = new Map<string, { atMs: number; priority: number; name: string }>();
        for (const [index, { afterMs, priority, database }] of arrivals.entries()) {
          scenario.after(afterMs);
          const runId = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
          const name = `MBX0${database}`;
          asked.set(runId, { atMs: scenario.nowMs, priority, name });
          scenario.planned({ priority, databases: [name], deadlineMs: 7 * 86_400_000 }, runId);
          // One ends for each two that arrive, so that a queue builds up.
          if (index % 2 === 1) endOne(scenario, asked);
        }
        for (let round = 0; round < ROUNDS_MAX && scenario.state.liveByAttempt.size > 0; round += 1)
          endOne(scenario, asked);
        const started = scenario.of('TaskDispatched').map(({ runId }) => runId);
        expect(new Set(started)).toEqual(new Set(asked.keys()));
        for (const [place, runId] of started.entries()) {
          const own = asked.get(runId);
          const startedAtMs = scenario.of('TaskDispatched')[place]?.atMs ?? 0;
          for (const laterId of started.slice(place + 1)) {
            const later = asked.get(laterId);
            if (!own || !later || later.atMs >= startedAtMs) continue;
            expect(own.atMs - later.atMs).toBeLessThanOrEqual((own.priority - later.priority) * QUARTER_MS);
          }
        }
      }),
    );
  });
});

function endOne(scenario: Scenario, asked: ReadonlyMap<string, { readonly name: string }>): void {
  const [first] = scenario.state.liveByAttempt.values();
  const name = first && asked.get(first.runId)?.name;
  if (first && name !== undefined) scenario.succeed(name, first.runId);
}
