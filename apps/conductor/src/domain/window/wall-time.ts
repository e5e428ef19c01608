import { IANAZone } from 'luxon';

/** A moment as the clocks on a wall show it, in no zone yet. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** From 0 to 1,440 and beyond: minutes since the midnight that the day begins with. */
  readonly minute: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Null for a name that no time zone has. */
export function zoneOf(name: string): IANAZone | null {
  return IANAZone.isValidZone(name) ? IANAZone.create(name) : null;
}

/**
 * The first instant at which the clocks of a zone show this time or a later one. Where they are set back over it, the first of the
 * two; where they are set forward over it, the instant at which they are.
 */
export function firstInstantAt(zone: IANAZone, wall: WallTime): number {
  const asUtcMs = Date.UTC(wall.year, wall.month - 1, wall.day) + wall.minute * MINUTE_MS;
  // No zone changes its clocks twice within two days, so these are the offsets before and after a change near it, if there is one.
  const beforeMs = zone.offset(asUtcMs - DAY_MS) * MINUTE_MS;
  const afterMs = zone.offset(asUtcMs + DAY_MS) * MINUTE_MS;
  const candidates = [asUtcMs - beforeMs, asUtcMs - afterMs].toSorted((a, b) => a - b);
  const exact = candidates.find((instantMs) => instantMs + zone.offset(instantMs) * MINUTE_MS === asUtcMs);
  if (exact !== undefined) return exact;
  const [early = asUtcMs, late = asUtcMs] = candidates;
  return changeBetween(zone, early, late);
}

/** The instant of the one change of offset between two instants, found by halving; changes fall on whole minutes. */
function changeBetween(zone: IANAZone, fromMs: number, toMs: number): number {
  const before = zone.offset(fromMs);
  let early = fromMs;
  let late = toMs;
  while (late - early > MINUTE_MS) {
    const middle = early + Math.floor((late - early) / 2 / MINUTE_MS) * MINUTE_MS;
    if (zone.offset(middle) === before) early = middle;
    else late = middle;
  }
  return late;
}

/** The date that the clocks of a zone show. */
export function dateAt(zone: IANAZone, instantMs: number): Omit<WallTime, 'minute'> {
  const shown = new Date(instantMs + zone.offset(instantMs) * MINUTE_MS);
  return { year: shown.getUTCFullYear(), month: shown.getUTCMonth() + 1, day: shown.getUTCDate() };
}

/** The date some days later, by the calendar. */
export function daysLater(
  date: Omit<WallTime, 'minute'>,
  days: number,
): Omit<WallTime, 'minute'> & { weekday: number } {
  const later = new Date(Date.UTC(date.year, date.month - 1, date.day + days));
  return {
    year: later.getUTCFullYear(),
    month: later.getUTCMonth() + 1,
    day: later.getUTCDate(),
    // Monday is 0.
    weekday: (later.getUTCDay() + 6) % 7,
  };
}
