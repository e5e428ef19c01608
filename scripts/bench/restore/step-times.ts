import type { RunView } from '#contracts';

export interface StepTimes {
  readonly kind: string;
  readonly count: number;
  readonly meanMs: number;
}

/** From the order of a step to the word of its end, in the order in which a restore takes them. */
export function stepTimes({ restore }: RunView): readonly StepTimes[] {
  const times = new Map<string, number[]>();
  for (const { steps } of restore?.tasks ?? []) {
    for (const { kind, orderedAt, endedAt } of steps) {
      const tookMs = Date.parse(endedAt ?? orderedAt) - Date.parse(orderedAt);
      times.set(kind, [...(times.get(kind) ?? []), tookMs]);
    }
  }
  return [...times].map(([kind, all]) => ({
    kind,
    count: all.length,
    meanMs: all.reduce((sum, each) => sum + each, 0) / all.length,
  }));
}
