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

/** Every step of the databases that were restored on a member, in the order in which they were ordered. */
export function timelineOf({ restore, requestedAt }: RunView, member: string): readonly string[] {
  const at = (moment: string | null): string =>
    ((Date.parse(moment ?? '') - Date.parse(requestedAt)) / 1_000).toFixed(2);
  return (restore?.tasks ?? [])
    .filter((task) => task.member === member)
    .flatMap(({ databaseName, steps }) => steps.map((step) => ({ databaseName, ...step })))
    .toSorted((a, b) => a.orderedAt.localeCompare(b.orderedAt))
    .map(
      ({ databaseName, kind, member: by, orderedAt, endedAt, outcome }) =>
        `  ${at(orderedAt)} to ${at(endedAt)} s: ${databaseName} ${kind} by ${by}: ${outcome ?? 'at work'}`,
    );
}
