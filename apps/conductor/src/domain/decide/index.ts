import { ExitCode } from '#contracts';
import { change } from '../changes.js';
import type { ConductorState } from '../conductor.state.js';
import type { MaintenanceEvent } from '../maintenance/maintenance.events.js';
import type { ConductorEvent } from '../conductor.events.js';
import {
  onAttemptEnded,
  onAttemptNotGranted,
  onAttemptProgress,
  onCommandUnroutable,
  onLeasesExpired,
} from './attempts.js';
import { closeRun, completeIfDone } from './close.js';
import { dispatchAll } from './dispatch.js';
import { Draft } from './draft.js';
import { slotOf } from '../slots.js';
import type { Context, Input } from './inputs.js';
import { onLimitsChangeRequested, onMemberDrainRequested, onMemberResumeRequested } from './maintenance.js';
import { onDatabaseMoved, reconsiderAll, reconsiderDatabase, reconsiderMember } from './moves.js';
import { planRun } from './plan-run.js';
import { onRebalance } from './rebalance.js';
import { onBackupRequested } from './request.js';
import { onTick } from './tick.js';
import { wake } from './wake.js';
import { advanceRestores } from '../../restore/decide/advance.js';
import { onAlarmAcknowledged } from '../../restore/decide/alarms.js';
import { closeRestore } from '../../restore/decide/close.js';
import { onRestoreCollected, onRestoreRequested } from '../../restore/decide/request.js';
import { freedSlots, restoresBySlot } from '../../restore/sessions.js';
import {
  onStepAccepted,
  onStepEnded,
  onStepNotGranted,
  onStepUnroutable,
  onStepsExpired,
} from '../../restore/decide/steps.js';

export type { AttemptEndInput, Context, Input } from './inputs.js';

export interface Decided {
  readonly events: readonly ConductorEvent[];
  readonly maintenance: readonly MaintenanceEvent[];
  /** The state with the events folded in. */
  readonly state: ConductorState;
}

/** The conductor's whole judgement: pure, and a function of its arguments alone. */
export function decide(state: ConductorState, input: Input, context: Context): Decided {
  const draft = new Draft(state, context.nowMs);
  const restoresBefore = restoresBySlot(state, context.world);
  react(draft, context, input);
  advanceRestores(draft, context);
  const restoresNow = restoresBySlot(draft.state, context.world);
  for (const key of freedSlots(restoresBefore, restoresNow)) wake(draft, context, change.slot(slotOf(key)));
  dispatchAll(draft, context);
  for (const runId of draft.touchedRuns) completeIfDone(draft, runId);
  return { events: draft.events, maintenance: draft.maintenance, state: draft.state };
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
      const restore = draft.state.restores.get(input.runId);
      if (restore?.status === 'collecting')
        draft.emit({
          type: 'RestoreRefused',
          runId: restore.runId,
          reason: input.reason,
          exitCode: ExitCode.failed,
        });
      const run = draft.state.runs.get(input.runId);
      if (run?.status !== 'collecting') return;
      return draft.emit({ type: 'RunRefused', runId: run.runId, reason: input.reason, exitCode: ExitCode.failed });
    }
    case 'CancelRequested': {
      const reason = input.requestedBy ? `cancelled by ${input.requestedBy}` : 'cancelled';
      const run = draft.state.runs.get(input.runId);
      if (run) closeRun(draft, run, 'cancel', reason);
      const restore = draft.state.restores.get(input.runId);
      if (restore) closeRestore(draft, restore, 'cancel', reason);
      return;
    }
    case 'LimitsChangeRequested':
      return onLimitsChangeRequested(draft, context, input);
    case 'MemberDrainRequested':
      return onMemberDrainRequested(draft, context, input);
    case 'MemberResumeRequested':
      return onMemberResumeRequested(draft, context, input);
    case 'AttemptAccepted':
    case 'AttemptStarted':
      return onAttemptProgress(draft, input);
    case 'AttemptEnded':
      return onAttemptEnded(draft, context, input);
    case 'CommandUnroutable':
      onStepUnroutable(draft, context, input.attemptId);
      return onCommandUnroutable(draft, context, input.attemptId);
    case 'AttemptNotGranted':
      onStepNotGranted(draft, context, input.attemptId);
      return onAttemptNotGranted(draft, context, input.attemptId);
    case 'LeasesExpired':
      onStepsExpired(draft, context, input.member, input.attemptIds);
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
    case 'RestoreRequested':
      return onRestoreRequested(draft, context, input);
    case 'RestoreCollected':
      return onRestoreCollected(draft, context, input);
    case 'RestoreStepAccepted':
      return onStepAccepted(draft, input);
    case 'RestoreStepEnded':
      return onStepEnded(draft, input);
    case 'AlarmAcknowledged':
      return onAlarmAcknowledged(draft, input);
    case 'Tick':
      return onTick(draft, context);
    default: {
      const unknown: never = input;
      throw new Error(`unknown input ${JSON.stringify(unknown)}`);
    }
  }
}
