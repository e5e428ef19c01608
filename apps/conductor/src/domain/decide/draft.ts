import { taskOf, type ConductorState } from '../conductor.state.js';
import { evolve, withMaintenance } from '../conductor.evolve.js';
import { isQueued } from '../indexes/queues.js';
import type { MaintenanceEvent, NewMaintenanceEvent } from '../maintenance/maintenance.events.js';
import type { ConductorEvent, NewConductorEvent } from '../conductor.events.js';

/**
 * A decision in the making: each event is folded in at once, so that the next step of the same decision sees what the
 * step before decided. It notes which members and runs deserve another look at its end.
 */
export class Draft {
  readonly events: ConductorEvent[] = [];
  readonly maintenance: MaintenanceEvent[] = [];
  /** Members that may now have room, or new work. */
  readonly dirtyMembers = new Set<string>();
  readonly touchedRuns = new Set<string>();

  constructor(
    public state: ConductorState,
    private readonly nowMs: number,
  ) {}

  emit(event: NewConductorEvent): void {
    const stamped = { ...event, atMs: this.nowMs } as ConductorEvent;
    const placeBefore = this.placeOf(stamped);
    this.state = evolve(this.state, stamped);
    this.events.push(stamped);
    this.touchedRuns.add(stamped.runId);
    // Whoever stood behind it may have waited for nothing else.
    if (placeBefore !== undefined && placeBefore !== this.placeOf(stamped)) this.dirtyMembers.add(placeBefore);
  }

  emitMaintenance(event: NewMaintenanceEvent): void {
    const stamped = { ...event, atMs: this.nowMs } as MaintenanceEvent;
    this.state = withMaintenance(this.state, stamped);
    this.maintenance.push(stamped);
  }

  /** The members to look at, which are then as good as looked at. */
  takeDirty(): readonly string[] {
    const members = [...this.dirtyMembers];
    this.dirtyMembers.clear();
    return members;
  }

  /** The member in whose queue the task of an event stands. */
  private placeOf(event: ConductorEvent): string | undefined {
    if (!('taskId' in event)) return undefined;
    const task = taskOf(this.state, { runId: event.runId, taskId: event.taskId });
    return task && isQueued(task) ? task.member : undefined;
  }
}
