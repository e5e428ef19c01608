import { WEEKDAYS, type BackupWindow, type WindowPeriod } from '#contracts';
import type { IANAZone } from 'luxon';
import { dateAt, daysLater, firstInstantAt, zoneOf } from './wall-time.js';

/** What a window allows at one instant, until when. */
export interface WindowStand {
  /** What runs may go on. */
  readonly isOpen: boolean;
  /** Something new may be started. */
  readonly mayStart: boolean;
  /** The next instant at which one of the two changes; null: never. */
  readonly changesAtMs: number | null;
}

/** One opening of a window. */
interface Opening {
  readonly fromMs: number;
  readonly latestStartMs: number;
  readonly toMs: number;
}

/** What does not change within a week, and a day for what a change of the clocks moves, never does. */
const HORIZON_MS = 8 * 24 * 60 * 60 * 1_000;
/** Openings that begin within the horizon, with room for the zone; and those of two days before, which may still last. */
const DAYS_AHEAD = 10;
const DAYS_BACK = 2;
const MINUTES_PER_DAY = 1_440;

/** A pure function of the window and the instant. The window must be without problems. */
export function standAt(window: BackupWindow, nowMs: number): WindowStand {
  const openings = openingsAround(window, nowMs);
  const edges = openings
    .flatMap(({ fromMs, latestStartMs, toMs }) => [fromMs, latestStartMs, toMs])
    .filter((edgeMs) => edgeMs > nowMs && edgeMs <= nowMs + HORIZON_MS)
    .toSorted((a, b) => a - b);
  const now = allowedAt(openings, nowMs);
  const next = edges.find((edgeMs) => {
    const then = allowedAt(openings, edgeMs);
    return then.isOpen !== now.isOpen || then.mayStart !== now.mayStart;
  });
  return { ...now, changesAtMs: next ?? null };
}

/** The first instant from now on at which something may be started; null: never. */
export function nextStartMs(window: BackupWindow, nowMs: number): number | null {
  if (standAt(window, nowMs).mayStart) return nowMs;
  const starts = openingsAround(window, nowMs)
    .filter(({ fromMs, latestStartMs }) => fromMs > nowMs && latestStartMs > fromMs)
    .map(({ fromMs }) => fromMs);
  return starts.length === 0 ? null : Math.min(...starts);
}

function allowedAt(openings: readonly Opening[], atMs: number): Pick<WindowStand, 'isOpen' | 'mayStart'> {
  return {
    isOpen: openings.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs),
    mayStart: openings.some(({ fromMs, latestStartMs }) => atMs >= fromMs && atMs < latestStartMs),
  };
}

function openingsAround(window: BackupWindow, nowMs: number): readonly Opening[] {
  const zone = zoneOf(window.timeZone);
  if (!zone) throw new Error(`there is no time zone ${window.timeZone}`);
  const today = dateAt(zone, nowMs);
  const openings: Opening[] = [];
  for (let days = -DAYS_BACK; days <= DAYS_AHEAD; days += 1) {
    const date = daysLater(today, days);
    for (const period of window.periods) {
      if (period.days.some((day) => WEEKDAYS.indexOf(day) === date.weekday))
        openings.push(openingOn(zone, date, period));
    }
  }
  return openings;
}

function openingOn(zone: IANAZone, date: ReturnType<typeof daysLater>, period: WindowPeriod): Opening {
  const { from, to, latestStart } = minutesOf(period);
  const at = (minute: number): number => {
    const day = daysLater(date, Math.floor(minute / MINUTES_PER_DAY));
    return firstInstantAt(zone, { ...day, minute: minute % MINUTES_PER_DAY });
  };
  return { fromMs: at(from), latestStartMs: at(latestStart), toMs: at(to) };
}

/** Minutes since the midnight that its day begins with; the end and the latest start may lie on the next day. */
export function minutesOf(period: WindowPeriod): { from: number; to: number; latestStart: number } {
  const from = minutes(period.from);
  const after = (text: string): number => {
    const minute = minutes(text);
    return minute > from ? minute : minute + MINUTES_PER_DAY;
  };
  const to = after(period.to);
  return { from, to, latestStart: period.latestStart === undefined ? to : after(period.latestStart) };
}

function minutes(text: string): number {
  const [hours = 0, rest = 0] = text.split(':').map(Number);
  return hours * 60 + rest;
}
