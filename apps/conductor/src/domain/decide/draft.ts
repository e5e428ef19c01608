import { evolve, type ConductorState } from '../conductor.state.js';
import type { NewRunEvent, RunEvent } from '../run.events.js';

/**
 * A decision in the making: each event is folded in at once, so that the next step of the same decision sees what the
 * step before decided. It notes which members and runs deserve another look at its end.
 */
export class Draft {
  readonly events: RunEvent[] = [];
  /** Members that may now have room, or new work. */
  readonly dirtyMembers = new Set<string>();
  readonly touchedRuns = new Set<string>();

  constructor(
    public state: ConductorState,
    private readonly nowMs: number,
  ) {}

  emit(event: NewRunEvent): void {
    const stamped = { ...event, atMs: this.nowMs } as RunEvent;
    this.state = evolve(this.state, stamped);
    this.events.push(stamped);
    this.touchedRuns.add(stamped.runId);
  }
}
