import { membersWithQueue } from '../indexes/queues.js';
import { leaveSilentMember } from './attempts.js';
import { closeRun } from './close.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';
import { followDrains } from './maintenance.js';
import { wakeDue } from './wake.js';
import { followWindow } from './windows.js';

/** What time alone brings about: deadlines, the end of waits, windows that open and close, queues of members that fell silent. */
export function onTick(draft: Draft, context: Context): void {
  for (const run of draft.state.runs.values()) {
    if (context.nowMs >= run.deadlineAtMs) {
      closeRun(draft, run, 'deadline', 'the deadline of the run has passed');
      continue;
    }
    followWindow(draft, context, run.runId);
  }
  followDrains(draft, context);
  wakeDue(draft, context);
  for (const member of membersWithQueue(draft.state)) {
    if (!context.isAlive(member)) leaveSilentMember(draft, context, member);
  }
}
