import type { BackupWindow, Weekday, WindowEnding, WindowPeriod } from '#contracts';

export const EVERY_DAY: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const MIDNIGHT = '00:00';
const END_OF_DAY = '24:00';

/** A stretch of local time as it is chosen in the form. */
export interface PeriodChoice {
  /** None: every day. */
  readonly days: readonly Weekday[];
  /** As the browser's field gives it, `22:00`; empty: not chosen yet. */
  readonly from: string;
  readonly to: string;
  /** Empty: until the end. */
  readonly latestStart: string;
}

export const NO_PERIOD: PeriodChoice = { days: [], from: '', to: '', latestStart: '' };

export interface WindowChoice {
  /** None: the request has no window of its own. */
  readonly periods: readonly PeriodChoice[];
  /** Empty: the viewer's own. */
  readonly timeZone: string;
  readonly whenClosed: WindowEnding;
}

export const NO_WINDOW: WindowChoice = { periods: [], timeZone: '', whenClosed: 'finish' };

/** Call it for windows without faults only. Undefined: none is chosen. */
export function windowOf({ periods, timeZone, whenClosed }: WindowChoice): BackupWindow | undefined {
  if (periods.length === 0) return undefined;
  return { timeZone: timeZone === '' ? ownTimeZone() : timeZone, periods: periods.map(periodOf), whenClosed };
}

/** The browser's field knows no 24:00, and nobody means a window that ends at the midnight before it. */
function periodOf({ days, from, to, latestStart }: PeriodChoice): WindowPeriod {
  return {
    // In the order of the week, in which they read well, whatever they were clicked in.
    days: EVERY_DAY.filter((day) => days.length === 0 || days.includes(day)),
    from,
    to: to === MIDNIGHT ? END_OF_DAY : to,
    ...(latestStart === '' ? {} : { latestStart }),
  };
}

/** What is missing. A period that is begun and left out of the request would start a backup at a time that nobody wants. */
export function periodFaults({ periods }: WindowChoice): readonly string[] {
  return periods.flatMap(({ from, to }, index) =>
    from === '' || to === '' ? [`Time of day ${index + 1}: say from when and to when, or take it away.`] : [],
  );
}

export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
