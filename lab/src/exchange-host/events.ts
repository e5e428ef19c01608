import type { HostEvent } from '#contracts';
import type { EventRow } from '../world/rows.js';
import type { WorldStore } from '../world/store.js';

/**
 * Tells of completed moves, on the server that held the PAM role alone: Active Manager writes its events there and not where
 * the database was or is (MS-COM).
 */
export class MoveEvents {
  private cursor: number;

  constructor(
    private readonly store: WorldStore,
    private readonly memberName: string,
  ) {
    this.cursor = store.one<{ last: number | null }>('SELECT max(sequence) AS last FROM events')?.last ?? 0;
  }

  /** Moves since the last call that were written on this server. */
  next(): readonly HostEvent[] {
    const events = this.store.all<EventRow>(
      'SELECT * FROM events WHERE sequence > ? AND writtenOn = ? ORDER BY sequence',
      this.cursor,
      this.memberName,
    );
    this.cursor = events.at(-1)?.sequence ?? this.cursor;
    return events.map((each) => ({
      event: 'databaseMoved',
      databaseGuid: each.guid,
      operationId: each.operationId,
      initiator: each.initiator,
    }));
  }
}
