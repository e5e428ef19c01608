import type { DatabaseView, PlannedDatabase } from '#contracts';
import { memberName, type World } from '../../domain/world.js';

/** Changes named in one refusal; the first ones tell a person what happened. */
const NAMED_MAX = 10;

/** What a plan relies on: which copies there are, in which role, and which of them lag. How healthy they are is looked at when their turn comes. */
export function topologyOf(databases: readonly DatabaseView[]): readonly PlannedDatabase[] {
  return databases
    .map(({ guid, name, copies }) => ({
      guid,
      name,
      copies: copies
        .map(({ member, role, replayLagMs }) => ({
          member,
          role,
          lagged: role === 'active' ? false : replayLagMs === null ? null : replayLagMs > 0,
        }))
        .toSorted((a, b) => (a.member < b.member ? -1 : 1)),
    }))
    .toSorted((a, b) => (a.guid < b.guid ? -1 : 1));
}

/** What is different now, in words; empty if the plan still fits. */
export function changesSince(
  planned: readonly PlannedDatabase[],
  now: readonly PlannedDatabase[],
  world: World,
): readonly string[] {
  const before = new Map(planned.map((database) => [database.guid, database]));
  const after = new Map(now.map((database) => [database.guid, database]));
  const changes = [
    ...planned
      .filter(({ guid }) => !after.has(guid))
      .map(({ name }) => `${name} is gone, or not in the selection any more`),
    ...now.filter(({ guid }) => !before.has(guid)).map(({ name }) => `${name} is new`),
    ...now.flatMap((database) => {
      const former = before.get(database.guid);
      return former ? changesOf(former, database, world) : [];
    }),
  ];
  return changes.length > NAMED_MAX
    ? [...changes.slice(0, NAMED_MAX), `and ${changes.length - NAMED_MAX} more changes`]
    : changes;
}

function changesOf(before: PlannedDatabase, after: PlannedDatabase, world: World): readonly string[] {
  const { name } = after;
  const nameOf = (member: string): string => memberName(world, member);
  const former = new Map(before.copies.map((copy) => [copy.member, copy]));
  const present = new Map(after.copies.map((copy) => [copy.member, copy]));
  return [
    ...before.copies.flatMap(({ member }) =>
      present.has(member) ? [] : [`${name} has no copy on ${nameOf(member)} any more`],
    ),
    ...after.copies.flatMap((copy) => {
      const was = former.get(copy.member);
      if (!was) return [`${name} has a new copy on ${nameOf(copy.member)}`];
      if (was.role !== copy.role)
        return copy.role === 'active' ? [`${name} is now active on ${nameOf(copy.member)}`] : [];
      return was.lagged === copy.lagged
        ? []
        : [`the copy of ${name} on ${nameOf(copy.member)} is ${lagWords(copy.lagged)}`];
    }),
  ];
}

function lagWords(lagged: boolean | null): string {
  if (lagged === null) return 'lagged or not, nobody knows now';
  return lagged ? 'lagged now' : 'not lagged any more';
}
