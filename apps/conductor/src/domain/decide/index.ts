import { ExitCode } from '#contracts';
import type { ConductorState } from '../conductor.state.js';
import type { RunEvent } from '../run.events.js';
import {
  onAttemptEnded,
  onAttemptNotGranted,
  onAttemptProgress,
  onCommandUnroutable,
  onLeasesExpired,
} from './attempts.js';
import { closeRun, completeIfDone } from './close.js';
import { dispatchOn } from './dispatch.js';
import { Draft } from './draft.js';
import type { Context, Input } from './inputs.js';
import { onDatabaseMoved, reconsiderAll, reconsiderDatabase, reconsiderMember } from './moves.js';
import { planRun } from './plan-run.js';
import { onRebalance } from './rebalance.js';
import { onBackupRequested } from './request.js';
import { onTick } from './tick.js';

export type { AttemptEndInput, Context, Input } from './inputs.js';

export interface Decided {
  readonly events: readonly RunEvent[];
  /** The state with the events folded in. */
  readonly state: ConductorState;
}

/** The conductor's whole judgement: pure, and a function of its arguments alone. */
export function decide(state: ConductorState, input: Input, context: Context): Decided {
  const draft = new Draft(state, context.nowMs);
  react(draft, context, input);
  for (const member of takeDirty(draft)) dispatchOn(draft, context, member);
  for (const runId of draft.touchedRuns) completeIfDone(draft, runId);
  return { events: draft.events, state: draft.state };
}

/**
 * Members that may have room or new work, until there is none. A dispatch may push a task to a member seen before; it ends
 * because a task is pushed only to where, by the same context, it is eligible.
 */
function* takeDirty(draft: Draft): Iterable<string> {
  for (const [member] of draft.dirtyMembers.entries()) {
    draft.dirtyMembers.delete(member);
    yield member;
  }
}

function react(draft: Draft, context: Context, input: Input): void {
  switch (input.type) {
    case 'BackupRequested':
      return onBackupRequested(draft, context, input);
    case 'SnapshotCollected': {
      const run = draft.state.runs.get(input.runId);
      if (run?.status === 'collecting') planRun(draft, context, run, input.missingMembers);
      return;
    }
    case 'SnapshotUnavailable': {
      const run = draft.state.runs.get(input.runId);
      if (run?.status !== 'collecting') return;
      return draft.emit({ type: 'RunRefused', runId: run.runId, reason: input.reason, exitCode: ExitCode.failed });
    }
    case 'CancelRequested': {
      const run = draft.state.runs.get(input.runId);
      if (run) closeRun(draft, run, 'cancel', input.requestedBy ? `cancelled by ${input.requestedBy}` : 'cancelled');
      return;
    }
    case 'AttemptAccepted':
    case 'AttemptStarted':
      return onAttemptProgress(draft, input);
    case 'AttemptEnded':
      return onAttemptEnded(draft, context, input);
    case 'CommandUnroutable':
      return onCommandUnroutable(draft, context, input.attemptId);
    case 'AttemptNotGranted':
      return onAttemptNotGranted(draft, context, input.attemptId);
    case 'LeasesExpired':
      return onLeasesExpired(draft, context, input.member, input.attemptIds);
    case 'DatabaseMoved':
      return onDatabaseMoved(draft, context, input);
    case 'DatabaseChanged':
      return reconsiderDatabase(draft, context, input.databaseGuid);
    case 'MemberChanged':
      return reconsiderMember(draft, context, input.member);
    case 'WorldRefreshed':
      return reconsiderAll(draft, context);
    case 'Rebalance':
      return onRebalance(draft, context);
    case 'Tick':
      return onTick(draft, context);
    default: {
      const unknown: never = input;
      throw new Error(`unknown input ${JSON.stringify(unknown)}`);
    }
  }
}
