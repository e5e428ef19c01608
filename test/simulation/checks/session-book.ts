import type { RestoreEvent, TaskTarget } from '../../../apps/conductor/src/restore/restore.events.js';
import type { CountedScope, Place } from './limit-book.js';

interface Restoring {
  readonly target: TaskTarget;
  /** Where an agent saw last that the database is active; null: nobody has looked yet. */
  seenOn: string | null;
}

/** Restores at work, from their turn until their users are back, by what was committed alone. */
export class SessionBook {
  private readonly planned = new Map<string, TaskTarget>();
  private readonly atWork = new Map<string, Restoring>();

  constructor(
    private readonly placeOf: (member: string, databaseGuid: string) => Place,
    /** Where the conductor takes a database to be active. */
    private readonly activeMember: (databaseGuid: string) => string | null,
  ) {}

  committed(event: RestoreEvent): void {
    switch (event.type) {
      case 'RestorePlanned':
        for (const { taskId, target } of event.tasks) this.planned.set(`${event.runId} ${taskId}`, target);
        return;
      case 'RestoreTaskBegan': {
        const target = this.planned.get(keyOf(event));
        if (!target || target.kind === 'removal') return;
        this.atWork.set(keyOf(event), { target, seenOn: null });
        return;
      }
      case 'RestoreStepEnded': {
        const task = this.atWork.get(keyOf(event));
        if (task && event.observed?.activeMember) task.seenOn = event.observed.activeMember;
        return;
      }
      case 'RestoreTaskReseeding':
      case 'RestoreTaskEnded':
        this.atWork.delete(keyOf(event));
        return;
      default:
    }
  }

  /** The restore that just began, and where it counts. */
  begun(event: { readonly runId: string; readonly taskId: string }): { guid: string | null; place: Place } | null {
    const task = this.atWork.get(keyOf(event));
    const place = task && this.place(task);
    return task && place ? { guid: task.target.kind === 'over' ? task.target.guid : null, place } : null;
  }

  /** How many are at work there; the limits of volumes are about reading, and no restore counts in them. */
  countIn(scope: CountedScope, name: string): number {
    if (scope === 'volume') return 0;
    return [...this.atWork.values()].filter((task) => {
      const place = this.place(task);
      return place !== null && (scope === 'global' || place[scope] === name);
    }).length;
  }

  private place({ target, seenOn }: Restoring): Place | null {
    if (target.kind !== 'over') return this.placeOf(target.member, '');
    const member = seenOn ?? target.onMember ?? this.activeMember(target.guid);
    return member === null ? null : this.placeOf(member, target.guid);
  }
}

function keyOf({ runId, taskId }: { readonly runId: string; readonly taskId: string }): string {
  return `${runId} ${taskId}`;
}
