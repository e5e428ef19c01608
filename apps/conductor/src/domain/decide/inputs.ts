import type {
  AttemptOutcome,
  BackupEvidence,
  BackupRequest,
  Failure,
  LimitsChangeRequest,
  MemberDrainRequest,
  MemberResumeRequest,
  MoveCategory,
} from '#contracts';
import type { Throughput } from '../../planning/assignment/index.js';
import type { Settings } from '../settings.js';
import type { World } from '../world.js';
import type { RestoreInput } from '../../restore/decide/inputs.js';

/** Everything that can make the conductor decide something. What changed in the world is already in the context's world. */
export type Input =
  | {
      readonly type: 'BackupRequested';
      readonly runId: string;
      readonly requestId: string;
      readonly request: BackupRequest;
    }
  | { readonly type: 'SnapshotCollected'; readonly runId: string; readonly missingMembers: readonly string[] }
  | { readonly type: 'SnapshotUnavailable'; readonly runId: string; readonly reason: string }
  | { readonly type: 'LimitsChangeRequested'; readonly requestId: string; readonly request: LimitsChangeRequest }
  | { readonly type: 'MemberDrainRequested'; readonly requestId: string; readonly request: MemberDrainRequest }
  | { readonly type: 'MemberResumeRequested'; readonly requestId: string; readonly request: MemberResumeRequest }
  | { readonly type: 'CancelRequested'; readonly runId: string; readonly requestedBy: string | null }
  | { readonly type: 'AttemptAccepted'; readonly attemptId: string; readonly member: string }
  | { readonly type: 'AttemptStarted'; readonly attemptId: string; readonly member: string }
  | AttemptEndInput
  /** No queue took the order: there is no agent on that member. Here and below, the id may be that of a restore's step, too. */
  | { readonly type: 'CommandUnroutable'; readonly attemptId: string }
  /** The agent did not ask for its first lease in time; it was never allowed to start. */
  | { readonly type: 'AttemptNotGranted'; readonly attemptId: string }
  | { readonly type: 'LeasesExpired'; readonly member: string; readonly attemptIds: readonly string[] }
  | {
      readonly type: 'DatabaseMoved';
      readonly databaseGuid: string;
      readonly fromMember: string | null;
      readonly toMember: string;
      readonly category: MoveCategory;
    }
  | { readonly type: 'DatabaseChanged'; readonly databaseGuid: string }
  /** The inventory tells something new of a member, or a silent agent is heard again. */
  | { readonly type: 'MemberChanged'; readonly member: string }
  /** A new snapshot replaced the whole picture. */
  | { readonly type: 'WorldRefreshed' }
  /** Time to see whether the work goes on as reckoned. */
  | { readonly type: 'Rebalance' }
  | RestoreInput
  | { readonly type: 'Tick' };

export interface AttemptEndInput {
  readonly type: 'AttemptEnded';
  readonly attemptId: string;
  readonly member: string;
  readonly outcome: AttemptOutcome;
  readonly bytes: string;
  readonly failure?: Failure;
  readonly evidence?: BackupEvidence;
}

export interface Context {
  readonly nowMs: number;
  readonly world: World;
  readonly settings: Settings;
  /** What each member was seen to do. */
  readonly throughput: Throughput;
  /** Bytes that a live attempt has moved by its agent's last word. */
  bytesDone(attemptId: string): number;
  /** Whether the member's agent was heard lately. */
  isAlive(memberId: string): boolean;
}
