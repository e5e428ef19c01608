const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Made once: making one takes longer than a thousand uses of it, and the overview needs hundreds. */
const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const LOCAL_CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** `3 min ago`, `in 2 h`; short, because it stands in cells. */
export function relative(at: string, nowMs: number): string {
  const distanceMs = nowMs - Date.parse(at);
  // What has just been seen may bear a moment that is not there yet by the viewer's clock.
  if (distanceMs > -SECOND_MS) return `${duration(Math.max(0, distanceMs))} ago`;
  return `in ${duration(-distanceMs)}`;
}

/** The two largest units at most: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.round(ms / SECOND_MS))} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return withRest(Math.floor(ms / HOUR_MS), 'h', Math.round((ms % HOUR_MS) / MINUTE_MS), 'min');
  return withRest(Math.floor(ms / DAY_MS), 'd', Math.round((ms % DAY_MS) / HOUR_MS), 'h');
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${restUnit}`;
}

/** In the viewer's own zone. */
export function local(at: string): string {
  return LOCAL.format(Date.parse(at));
}

export function localClock(ms: number): string {
  return LOCAL_CLOCK.format(ms);
}

export function utc(at: string): string {
  return `${new Date(at).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

/** In the viewer's zone and in UTC, for what is shown on hover. */
export function localAndUtc(at: string): string {
  return `${local(at)} (${utc(at)})`;
}
