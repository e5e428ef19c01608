import { pictureFor } from '../restore/picture.js';
import type { Conductor } from './conductor.js';
import type { Inventory, Log } from './ports.js';

export interface CollectorOptions {
  readonly inventory: Inventory;
  readonly log: Log;
  /** Members whose report is older are asked to look again before a plan is made. */
  readonly maxAgeMs: number;
  /** How long the inventory waits for them. */
  readonly waitMs: number;
  /** Tries to reach the inventory before a run is refused. */
  readonly triesMax: number;
}

/** Fetches the state that a run is planned from, and refreshes the conductor's picture from time to time. */
export class Collector {
  private refreshing: Promise<void> | undefined;

  constructor(private readonly options: CollectorOptions) {}

  /** Ends with the run planned or refused; never rejects. */
  async collect(conductor: Conductor, runId: string): Promise<void> {
    const { inventory, log, maxAgeMs, waitMs, triesMax } = this.options;
    let problem = '';
    for (let tries = 1; tries <= triesMax; tries += 1) {
      try {
        const restore = conductor.standing.restore(runId);
        if (restore) {
          const isAlive = (member: string): boolean => conductor.standing.isAlive(member);
          const { snapshot, backups } = await pictureFor(restore.order, { inventory, maxAgeMs, waitMs, isAlive });
          const { missingMembers } = snapshot;
          return await conductor.refreshWorld(snapshot, { type: 'RestoreCollected', runId, missingMembers, backups });
        }
        const snapshot = await inventory.snapshot({ maxAgeMs, waitMs });
        return await conductor.refreshWorld(snapshot, {
          type: 'SnapshotCollected',
          runId,
          missingMembers: snapshot.missingMembers,
        });
      } catch (error) {
        problem = error instanceof Error ? error.message : String(error);
        log.warn({ event: 'run.collect-failed', runId, tries, triesMax, problem });
      }
    }
    const reason = `the inventory gave no snapshot after ${triesMax} tries (${problem}); is the inventory service running?`;
    await conductor.handle({ type: 'SnapshotUnavailable', runId, reason }).catch((error: unknown) => {
      log.error({ event: 'run.refusal-failed', runId, problem: String(error) });
    });
  }

  /** Takes whatever the inventory has now. A refresh under way is not doubled; a failure is logged and the next one tries again. */
  refresh(conductor: Conductor): Promise<void> {
    const { inventory, log } = this.options;
    this.refreshing ??= inventory
      .snapshot({})
      .then((snapshot) => conductor.refreshWorld(snapshot))
      .catch((error: unknown) => {
        log.warn({ event: 'world.refresh-failed', problem: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => {
        this.refreshing = undefined;
      });
    return this.refreshing;
  }
}
