import { formatDuration } from '#client';

/** `2026-01-31T22:00:07.123Z` → `2026-01-31 22:00Z`. Never turned into an age: it is another machine's clock. */
export function momentOf(utc: string | null): string {
  return utc === null ? 'never' : `${new Date(utc).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

/** Between two moments of one clock. */
export function between(from: string, to: string | null): string {
  return to === null ? '' : formatDuration(Date.parse(to) - Date.parse(from));
}

export function ageOf(ms: number | null): string {
  return ms === null ? 'never' : `${formatDuration(ms)} ago`;
}
