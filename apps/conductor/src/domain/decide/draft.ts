import { evolve, type ConductorState } from '../conductor.state.js';
import type { ConductorEvent, NewConductorEvent } from '../conductor.events.js';

/**
 * A decision in the making: each event is folded in at once, so that the next step of the same decision sees what the
 * step before decided. It notes which members and runs deserve another look at its end.
 */
export class Draft {
  readonly events: ConductorEvent[] = [];
  /** Members that may now have room, or new work. */
  readonly dirtyMembers = new Set<string>();
  readonly touchedRuns = new Set<string>();

  constructor(
    public state: ConductorState,
    private readonly nowMs: number,
  ) {}

  emit(event: NewConductorEvent): void {
    const stamped = { ...event, atMs: this.nowMs } as ConductorEvent;
    this.state = evolve(this.state, stamped);
    this.events.push(stamped);
    this.touchedRuns.add(stamped.runId);
  }
}
