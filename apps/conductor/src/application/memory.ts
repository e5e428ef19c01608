import { EMPTY_STATE, type ConductorState } from '../domain/conductor.state.js';
import type { Context } from '../domain/decide/index.js';
import { LeaseBook } from '../domain/lease-book.js';
import type { Settings } from '../domain/settings.js';
import { EMPTY_WORLD, type World } from '../domain/world.js';
import type { Throughput } from '../planning/assignment/index.js';

/**
 * What the conductor holds in memory to decide from. The state and the throughput follow what is stored, and only the deciding loop
 * writes them; the world and the leases are seen and heard anew after a restart.
 */
export class Memory {
  state: ConductorState = EMPTY_STATE;
  throughput: Throughput = new Map();
  world: World = EMPTY_WORLD;
  /** When the inventory last gave a whole picture; null: not yet. */
  pictureAtMs: number | null = null;
  leases: LeaseBook;

  constructor(
    readonly settings: Settings,
    nowMs: number,
  ) {
    this.leases = new LeaseBook(settings, nowMs);
  }

  context(nowMs: number): Context {
    const { world, leases } = this;
    return {
      nowMs,
      world,
      settings: this.settings,
      throughput: this.throughput,
      bytesDone: (attemptId) => Number(leases.bytesDone(attemptId)),
      isAlive: (member) => leases.isAlive(member, nowMs, world.members.get(member)?.agent.state === 'alive'),
    };
  }
}
