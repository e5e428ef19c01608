const HOUR_MS = 60 * 60 * 1_000;

/** What a number field holds; empty: nothing is said. */
export type NumberText = number | string;

export function hoursInMs(hours: NumberText): number {
  return Math.round(Number(hours) * HOUR_MS);
}
