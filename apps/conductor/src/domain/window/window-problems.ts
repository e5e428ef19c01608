import type { BackupWindow, WindowPeriod } from '#contracts';
import { minutesOf, nextStartMs } from './window.js';
import { zoneOf } from './wall-time.js';

/** Everything that makes a window impossible, each with its clause. */
export function windowProblems(window: BackupWindow): readonly string[] {
  const zone = zoneOf(window.timeZone)
    ? []
    : [`window.timeZone: there is no time zone "${window.timeZone}"; it must be an IANA name like Europe/Berlin`];
  return [...zone, ...window.periods.flatMap(periodProblems)];
}

function periodProblems(period: WindowPeriod, index: number): readonly string[] {
  const { from, to, latestStart } = period;
  const name = `window.periods[${index}]`;
  if (from === to) return [`${name}: it is empty, from ${from} to ${to}; for a whole day say 00:00 to 24:00`];
  if (from === '24:00') return [`${name}.from: 24:00 ends a day and begins none; say 00:00 of the next day`];
  if (latestStart === undefined) return [];
  if (latestStart === from)
    return [`${name}.latestStart: at ${latestStart} the window opens, so nothing could ever be started`];
  const minutes = minutesOf(period);
  return minutes.latestStart <= minutes.to
    ? []
    : [`${name}.latestStart: ${latestStart} does not lie between ${from} and ${to}`];
}

/** A window that opens only when the run is over is contradictory, though each clause is right by itself. */
export function windowAgainstDeadline(window: BackupWindow, nowMs: number, deadlineAtMs: number): readonly string[] {
  const startMs = nextStartMs(window, nowMs);
  if (startMs === null) return ['window: it never lets anything start'];
  if (startMs < deadlineAtMs) return [];
  const at = (ms: number): string => new Date(ms).toISOString();
  return [`window contradicts deadlineMs: it opens ${at(startMs)}, and the run ends ${at(deadlineAtMs)} at the latest`];
}
