import { membersWithQueue } from '../conductor.state.js';
import { leaveSilentMember } from './attempts.js';
import { closeRun } from './close.js';
import { continueTask, unchanged } from './continue-task.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';

/** What time alone brings about: deadlines, the end of waits, room after the start gap, queues of members that fell silent. */
export function onTick(draft: Draft, context: Context): void {
  for (const run of draft.state.runs.values()) {
    if (context.nowMs >= run.deadlineAtMs) {
      closeRun(draft, run, 'deadline', 'the deadline of the run has passed');
      continue;
    }
    if (run.status !== 'running') continue;
    for (const taskId of run.waiting) {
      const task = run.tasks.get(taskId);
      if (task && (task.wakeAtMs ?? 0) <= context.nowMs) continueTask(draft, context, run, task, unchanged(task));
    }
  }
  for (const member of membersWithQueue(draft.state)) {
    if (context.isAlive(member)) draft.dirtyMembers.add(member);
    else leaveSilentMember(draft, context, member);
  }
}
