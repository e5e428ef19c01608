import type { RestoreStep, RestoreStepPurpose } from '#contracts';
import type { World } from '../../domain/world.js';
import { isAway, type ObservedCopy } from '../observation.js';
import type { RestoreSettings } from '../settings.js';

/** One step that is to be ordered now. */
export interface StepOrder {
  readonly member: string;
  readonly purpose: RestoreStepPurpose;
  readonly step: RestoreStep;
  readonly databaseGuid: string | null;
  readonly databaseName: string;
}

/** What one task does next. */
export type Move =
  | { readonly kind: 'order'; readonly order: StepOrder }
  /** Something is under way, and its end decides. */
  | { readonly kind: 'underWay' }
  /** Nothing can be done now; looked at again when something changes, and with every tick. */
  | { readonly kind: 'wait'; readonly blockedBy: string; readonly reason: string }
  /** Users are back; what follows is the copies'. */
  | { readonly kind: 'reseed' }
  | { readonly kind: 'turnBack'; readonly status: 'failed' | 'cancelled'; readonly reason: string }
  | {
      readonly kind: 'end';
      readonly status: 'succeeded' | 'failed' | 'cancelled';
      readonly reason: string;
      /** Members whose copies were left out, and are a person's to reseed. */
      readonly leftOut?: readonly string[];
    }
  /** It is over, and what is left is a person's to do. */
  | { readonly kind: 'attention'; readonly reason: string };

export interface SagaContext {
  readonly runId: string;
  readonly nowMs: number;
  readonly settings: RestoreSettings;
  /** How long a task may wait for a change that lets it go on. */
  readonly waitLimitMs: number;
  readonly world: World;
  /** Names of databases whose loss of content the request confirms. */
  readonly confirmed: ReadonlySet<string>;
  /** Members whose copies are left out while they are away. */
  readonly withoutCopiesOn: readonly string[];
  isAlive(member: string): boolean;
  /** Whether the stage of reseeding has room for one more copy. */
  mayReseed(source: string, target: string): boolean;
}

/** Decided anew with each look: one that comes back is treated like any other. */
export function isLeftOut(
  copy: Pick<ObservedCopy, 'member' | 'status'>,
  { withoutCopiesOn }: Pick<SagaContext, 'withoutCopiesOn'>,
): boolean {
  return withoutCopiesOn.includes(copy.member) && isAway(copy);
}

export function wait(blockedBy: string, reason: string): Move {
  return { kind: 'wait', blockedBy, reason };
}

/** By this comment a suspension is known as this run's. */
export function suspendCommentOf(runId: string): string {
  return `restore ${runId}`;
}
