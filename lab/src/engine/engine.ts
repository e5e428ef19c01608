import type { WorldStore } from '../world/store.js';
import { completeMoves, settleCopies } from './complete-moves.js';
import { undoReplay } from './files.js';
import { generateLogs } from './generate.js';
import { LOGS_PER_STEP_MAX, TICKS_PER_TRUNCATION } from './limits.js';
import { reapRestores, reapSessions } from './reap.js';
import { replicateLogs } from './replicate.js';
import { advanceSeeds, failDivergedCopies } from './seed.js';
import { truncateLogs } from './truncate.js';

/** Everything that Exchange does by itself, in steps. */
export class Engine {
  private ticks = 0;

  constructor(private readonly store: WorldStore) {}

  /** An engine that was killed may have written pages it did not record; puts every copy's file back to its recorded generation. */
  recover(): void {
    for (const { guid } of this.store.databases()) {
      this.store.immediate(() => {
        const database = this.store.database(guid);
        for (const copy of this.store.copiesOf(guid)) {
          if (copy.integrity !== 'incomplete') undoReplay(this.store.directory, copy, database, LOGS_PER_STEP_MAX);
        }
      });
    }
  }

  tick(now: number): void {
    reapSessions(this.store, now);
    reapRestores(this.store, now);
    completeMoves(this.store, now);
    failDivergedCopies(this.store);
    advanceSeeds(this.store, now);
    settleCopies(this.store, now);
    replicateLogs(this.store, now);
    generateLogs(this.store, now);
    this.ticks += 1;
    if (this.ticks % TICKS_PER_TRUNCATION === 0) truncateLogs(this.store);
  }
}
