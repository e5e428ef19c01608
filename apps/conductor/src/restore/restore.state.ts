import {
  isFinalRestoreTaskStatus,
  isFinalRunStatus,
  type AlarmKind,
  type Failure,
  type RestoreRequest,
  type RestoreStepOutcome,
  type RestoreTaskStatus,
  type RunStatus,
} from '#contracts';
import type { Map as IMap } from 'immutable';
import type { World } from '../domain/world.js';
import type { Observation } from './observation.js';
import type { OrderedStep, RestoreOrder, RestorePlan } from './restore.events.js';

export interface StepState extends OrderedStep {
  readonly orderedAtMs: number;
  readonly accepted: boolean;
  readonly endedAtMs: number | null;
  /** Null while the step lives. */
  readonly outcome: RestoreStepOutcome | null;
  readonly bytes: string;
  readonly changed: boolean | null;
  /** Of a restore: false where certainly nothing was written. */
  readonly wrote: boolean | null;
  /** Its end told how the database is. */
  readonly hasSeen: boolean;
  readonly failure?: Failure;
}

export interface RestoreTaskState extends RestorePlan {
  readonly status: RestoreTaskStatus;
  readonly reason: string;
  readonly blockedBy: string | null;
  readonly blockedSinceMs: number | null;
  /** As it was before anything was touched; what an undo leads back to. */
  readonly baseline: Observation | null;
  readonly observed: Observation | null;
  /** Nothing was ordered since the last look, and that look succeeded. */
  readonly isFresh: boolean;
  readonly turnedBack: { readonly status: 'failed' | 'cancelled'; readonly reason: string } | null;
  readonly steps: readonly StepState[];
  readonly beganAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly remainingCommands: readonly string[];
}

export interface AlarmState {
  readonly alarmId: string;
  readonly taskId: string;
  readonly kind: AlarmKind;
  readonly text: string;
  readonly commands: readonly string[];
  readonly raisedAtMs: number;
}

export interface RestoreRunState {
  readonly runId: string;
  readonly requestId: string;
  readonly requestedBy: string | null;
  readonly request: RestoreRequest;
  readonly order: RestoreOrder;
  readonly requestedAtMs: number;
  readonly deadlineAtMs: number;
  readonly endedAtMs: number | null;
  readonly status: RunStatus;
  readonly closing: 'cancel' | 'deadline' | null;
  readonly reason: string;
  readonly exitCode: number | null;
  readonly warnings: readonly string[];
  readonly missingMembers: readonly string[];
  readonly tasks: IMap<string, RestoreTaskState>;
  /** The standing ones. */
  readonly alarms: IMap<string, AlarmState>;
  readonly alarmsRaised: number;
  readonly version: number;
}

export function isOpenTask(task: RestoreTaskState): boolean {
  return !isFinalRestoreTaskStatus(task.status);
}

export function isOver(run: RestoreRunState): boolean {
  return isFinalRunStatus(run.status);
}

/** A run with an alarm that nobody acknowledged stays in hand: it must be shown, and found again after a restart. */
export function isClosed(run: RestoreRunState): boolean {
  return isOver(run) && run.alarms.isEmpty();
}

export function liveSteps(task: RestoreTaskState): readonly StepState[] {
  return task.steps.filter(({ outcome }) => outcome === null);
}

/** The database that a task locks against backups and other restores; undefined: none. */
export function lockedDatabase(task: RestoreTaskState): string | undefined {
  if (task.target.kind !== 'over') return undefined;
  return task.status === 'restoring' || task.status === 'reseeding' || task.status === 'undoing'
    ? task.target.guid
    : undefined;
}

/** It takes part of its member's disks and client: from its turn until its users are back, or everything is as it was. */
export function isMovingData({ status, target }: RestoreTaskState): boolean {
  return target.kind !== 'removal' && (status === 'restoring' || status === 'undoing');
}

/** The member whose disks and client a task uses. */
export function memberOf(task: RestoreTaskState, world: World): string | null {
  if (task.target.kind !== 'over') return task.target.member;
  const { guid, onMember } = task.target;
  return task.observed?.activeMember ?? onMember ?? world.databases.get(guid)?.activeMember ?? null;
}
