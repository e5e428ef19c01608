import type { DatabaseView, MoveCategory } from '#contracts';
import { databaseView } from './database-view.js';
import type { InventoryFact } from './facts.js';
import type { FreshRecords } from './freshness.js';
import type { Membership } from './member-view.js';
import { activeMemberIn, sightingsOf } from './sightings.js';
import type { InventoryState, KnownDatabase, LastMove } from './state.js';

/** A move that an agent saw happen, as opposed to one that shows when two reports are compared. */
export interface SeenMove {
  readonly guid: string;
  readonly observedBy: string;
  readonly category: MoveCategory;
  readonly operationId?: string;
}

export interface DerivedDatabases {
  readonly databases: ReadonlyMap<string, KnownDatabase>;
  readonly facts: readonly InventoryFact[];
}

/** What is now known of every database, and what of it is news. */
export function deriveDatabases(
  state: InventoryState,
  fresh: FreshRecords,
  membership: Membership,
  nowMs: number,
  seenMove?: SeenMove,
): DerivedDatabases {
  const databases = new Map<string, KnownDatabase>();
  const facts: InventoryFact[] = [];
  for (const guid of observedGuids(state)) {
    const seen = seenMove?.guid === guid ? seenMove : undefined;
    const view = databaseView(state, fresh, membership.dagOf, guid, nowMs);
    if (!view) continue;
    const known = state.databases.get(guid);
    const move = moveOf(state, fresh, view, known, seen);
    const isChanged = !known || significance(known.view) !== significance(view);
    if (move) facts.push(move);
    if (isChanged) facts.push({ kind: 'databaseChanged', database: view });
    databases.set(
      guid,
      isChanged || move ? knownFrom(view, known, move && { seenAtMs: nowMs, isWitnessed: seen !== undefined }) : known,
    );
  }
  return { databases, facts };
}

function observedGuids(state: InventoryState): readonly string[] {
  const guids = new Set<string>();
  for (const record of state.records.values()) for (const guid of record.observations.keys()) guids.add(guid);
  return [...guids].toSorted();
}

/** The move between what was known and what is seen now. Told once, because what is seen then becomes what is known. */
function moveOf(
  state: InventoryState,
  fresh: FreshRecords,
  view: DatabaseView,
  known: KnownDatabase | undefined,
  seenMove: SeenMove | undefined,
): InventoryFact | undefined {
  const toMember = view.activeMember;
  const fromMember = known?.activeMember ?? null;
  if (toMember === null || toMember === fromMember) return undefined;
  // The first sight of a database is no move, unless somebody saw it moving.
  if (fromMember === null && !seenMove) return undefined;
  const witness = sightingsOf(state, fresh, view.guid).find(({ database }) => activeMemberIn(database) === toMember);
  return {
    kind: 'databaseFailedOver',
    move: {
      database: view,
      fromMember,
      toMember,
      category: seenMove?.category ?? 'unknown',
      observedBy: seenMove?.observedBy ?? witness?.observer ?? toMember,
      ...(seenMove?.operationId === undefined ? {} : { operationId: seenMove.operationId }),
    },
  };
}

function knownFrom(
  view: DatabaseView,
  known: KnownDatabase | undefined,
  move: Omit<LastMove, 'toMember'> | undefined,
): KnownDatabase {
  const { guid, activeMember } = view;
  const lastMove = move && activeMember !== null ? { toMember: activeMember, ...move } : (known?.lastMove ?? null);
  return { guid, activeMember, lastMove, view };
}

/** Everything that decides about a backup or that people wait for; not the ages, queue lengths and sizes that change all the time. */
function significance(view: DatabaseView): string {
  const { sizeBytes: _size, logBytes: _logs, copies, ...rest } = view;
  return JSON.stringify([
    rest,
    copies.map(({ copyQueueLength: _copy, replayQueueLength: _replay, observedBy: _by, ageMs: _age, ...copy }) => copy),
  ]);
}
