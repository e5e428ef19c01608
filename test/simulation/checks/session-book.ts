import type { RestoreEvent, TaskTarget } from '../../../apps/conductor/src/restore/restore.events.js';
import type { CountedScope, Place } from './limit-book.js';

interface Restoring {
  readonly target: TaskTarget;
  /** Where the conductor was told last that the database is active, or where it is to be put. */
  member: string | null;
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
        const member = target.kind === 'over' ? (target.onMember ?? this.activeMember(target.guid)) : target.member;
        this.atWork.set(keyOf(event), { target, member });
        return;
      }
      case 'RestoreStepEnded': {
        const task = this.atWork.get(keyOf(event));
        if (task?.target.kind === 'over' && event.observed?.activeMember) task.member = event.observed.activeMember;
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

  private place({ target, member }: Restoring): Place | null {
    if (member === null) return null;
    return this.placeOf(member, target.kind === 'over' ? target.guid : '');
  }
}

function keyOf({ runId, taskId }: { readonly runId: string; readonly taskId: string }): string {
  return `${runId} ${taskId}`;
}
