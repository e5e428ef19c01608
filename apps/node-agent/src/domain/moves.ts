import type { MoveCategory, ReportedDatabase } from '#contracts';

/** Exchange's ActionInitiator: a person or managed availability asked, or Active Manager acted by itself (MS-COM). */
export function categoryOf(initiator: string | undefined): MoveCategory {
  if (initiator === 'Admin') return 'switchover';
  if (initiator === 'Automatic') return 'failover';
  return 'unknown';
}

/** Databases, one per member that can hold them, remembered for recognising moves; more are forgotten oldest first. */
const MEMORY_MAX = 2_000;

interface Announced {
  readonly activeMember: string;
  readonly operationId: string | undefined;
}

/** Remembers where databases were and which moves were told of, so that one move seen by an event and by a poll is told once. */
export class MoveMemory {
  private readonly lastPolled = new Map<string, string>();
  private readonly announced = new Map<string, Announced>();

  /** The databases of this poll that are active elsewhere than in the poll before and were not announced yet. */
  movedSinceLastPoll(databases: readonly ReportedDatabase[]): readonly ReportedDatabase[] {
    return databases.filter(({ guid, activeMember }) => {
      // A member that does not know where the active copy is says nothing about a move.
      if (activeMember === null) return false;
      const before = this.lastPolled.get(guid);
      remember(this.lastPolled, guid, activeMember);
      return before !== undefined && before !== activeMember && this.announced.get(guid)?.activeMember !== activeMember;
    });
  }

  /** Is this look at a database, taken because of an event, one that shows the move? */
  showsMove({ guid, activeMember, mounted }: ReportedDatabase): boolean {
    if (mounted !== true || activeMember === null) return false;
    return this.lastPolled.get(guid) !== activeMember || this.announced.get(guid)?.activeMember === activeMember;
  }

  /** True the first time a move is named; from then on it counts as announced. */
  announce({ guid, activeMember }: ReportedDatabase, operationId: string | undefined): boolean {
    if (activeMember === null) return false;
    const last = this.announced.get(guid);
    if (last?.activeMember === activeMember && (last.operationId === operationId || operationId === undefined))
      return false;
    remember(this.announced, guid, { activeMember, operationId });
    return true;
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > MEMORY_MAX && !oldest.done) map.delete(oldest.value);
}
