import type { BackupView, Failure, RestoreRequest, RestoreStepEndOutcome } from '#contracts';
import type { Observation } from '../observation.js';

/** What makes the conductor decide something about restores; part of its inputs. */
export type RestoreInput =
  | {
      readonly type: 'RestoreRequested';
      readonly runId: string;
      readonly requestId: string;
      readonly request: RestoreRequest;
    }
  | {
      readonly type: 'RestoreCollected';
      readonly runId: string;
      readonly missingMembers: readonly string[];
      readonly backups: readonly BackupView[];
    }
  | { readonly type: 'RestoreStepAccepted'; readonly stepId: string; readonly member: string }
  | StepEndInput
  | {
      readonly type: 'AlarmAcknowledged';
      readonly alarmId: string;
      readonly by: string | null;
      readonly note: string | null;
    };

export interface StepEndInput {
  readonly type: 'RestoreStepEnded';
  readonly stepId: string;
  readonly member: string;
  readonly outcome: RestoreStepEndOutcome;
  readonly bytes: string;
  readonly changed?: boolean;
  readonly wrote?: boolean;
  readonly failure?: Failure;
  readonly observed?: Observation;
}
