import type { DatabaseView } from '#contracts';
import type { BackupOrder } from '../domain/backup-order.js';
import { memberName, type World } from '../domain/world.js';
import { PLACE_WORDS, placeOf, type SharedPlace } from './spread.js';

/** Databases named in one complaint; more would hide the clause. */
const NAMED_MAX = 10;

/**
 * Clauses that this world can fulfil for none of the selected databases: the request is refused. What hits only some of them
 * becomes the named outcome of those. Only what copies exist counts here, not how they are.
 */
export function infeasibleClauses(
  order: BackupOrder,
  selected: readonly DatabaseView[],
  world: World,
): readonly string[] {
  const sources = selected.filter(({ kind }) => kind !== 'recovery');
  return CLAUSES.flatMap(({ concerns, complaint, evidence }) => {
    const concerned = sources.filter((database) => concerns(order, database, world));
    if (concerned.length === 0 || concerned.length < sources.length) return [];
    const named = concerned
      .slice(0, NAMED_MAX)
      .map((database) => `${database.name} ${evidence(order, database, world)}`);
    const more = concerned.length > NAMED_MAX ? ` and ${concerned.length - NAMED_MAX} more` : '';
    return [`${complaint(order)}: ${named.join(', ')}${more}`];
  });
}

interface Clause {
  concerns(order: BackupOrder, database: DatabaseView, world: World): boolean;
  complaint(order: BackupOrder): string;
  evidence(order: BackupOrder, database: DatabaseView, world: World): string;
}

const passiveOnly: Clause = {
  concerns: ({ copyPreference }, database) =>
    copyPreference === 'passiveOnly' && database.copies.every(({ role }) => role === 'active'),
  complaint: () => 'copyPreference passiveOnly fits no selected database',
  evidence: () => 'has no passive copy',
};

const everyMemberExcluded: Clause = {
  concerns: (order, database) => order.excludeMembers.length > 0 && membersLeft(order, database).length === 0,
  complaint: () => 'excludeMembers leaves no member for any selected database',
  evidence: (_, database, world) => `is only on ${namesOf(database.copies, world)}`,
};

const moreCopiesThanMembers: Clause = {
  concerns: (order, database) =>
    database.kind === 'dag' && membersLeft(order, database).length < order.copiesPerDatabase,
  complaint: ({ copiesPerDatabase }) =>
    `copiesPerDatabase ${copiesPerDatabase} is more than any selected database has members to be backed up on`,
  evidence: (order, database, world) => {
    const left = database.copies.filter(({ member }) => membersLeft(order, database).includes(member));
    return left.length === 0 ? 'has none' : `has ${left.length} (${namesOf(left, world)})`;
  },
};

/** Two places that are not known may be the same one. */
function moreCopiesThan(place: SharedPlace): Clause {
  const placesLeft = (order: BackupOrder, database: DatabaseView, world: World): readonly string[] => [
    ...new Set(
      membersLeft(order, database).map(
        (member) => placeOf(place, world.members.get(member)) ?? `a ${PLACE_WORDS[place]} not known`,
      ),
    ),
  ];
  return {
    concerns: (order, database, world) =>
      order.spread === place &&
      database.kind === 'dag' &&
      membersLeft(order, database).length >= order.copiesPerDatabase &&
      placesLeft(order, database, world).length < order.copiesPerDatabase,
    complaint: ({ copiesPerDatabase }) =>
      `copiesPerDatabase ${copiesPerDatabase} with spread ${place} is more than any selected database has ${PLACE_WORDS[place]}s`,
    evidence: (order, database, world) => `has ${placesLeft(order, database, world).toSorted().join(', ')}`,
  };
}

const CLAUSES: readonly Clause[] = [
  passiveOnly,
  everyMemberExcluded,
  moreCopiesThanMembers,
  moreCopiesThan('site'),
  moreCopiesThan('storageServer'),
];

function membersLeft(order: BackupOrder, database: DatabaseView): readonly string[] {
  return database.copies.map(({ member }) => member).filter((member) => !order.excludeMembers.includes(member));
}

function namesOf(copies: DatabaseView['copies'], world: World): string {
  return copies.map(({ member }) => memberName(world, member)).join(', ');
}
