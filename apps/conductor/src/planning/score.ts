import { COPIES_MAX } from '#contracts';
import type { Candidate, PlacementContext, PlacementQuestion } from './candidates.js';
import { durationMs } from './estimate.js';

/** What speaks for one copy among copies of the same tier. */
export interface Score {
  readonly durationMs: number;
  /** When the member's streams get free of what they have already. */
  readonly freeAtMs: number;
  /** The likelier Exchange is to activate the copy, the higher: it decides among equals. */
  readonly penalty: number;
}

export function scoreOf({ copy }: Candidate, question: PlacementQuestion, context: PlacementContext): Score {
  const { bytesPerSecond, streams } = context.capacity(copy.member, question.backupType);
  const active = context.world.activeCounts.get(copy.member, 0);
  return {
    durationMs: durationMs(question.bytes, bytesPerSecond, active),
    freeAtMs: ((context.openBytes(copy.member) / bytesPerSecond) * 1_000) / Math.max(1, streams),
    penalty: COPIES_MAX - (copy.activationPreference ?? 0),
  };
}
