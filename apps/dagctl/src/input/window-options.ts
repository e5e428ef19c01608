import {
  WEEKDAYS,
  WINDOW_ENDINGS,
  type BackupWindow,
  type Weekday,
  type WindowEnding,
  type WindowPeriod,
} from '#contracts';

/** What commander collected; texts as typed. */
export interface WindowOptions {
  readonly window?: readonly string[];
  readonly timeZone?: string;
  readonly whenWindowCloses?: string;
}

/** `mon-fri 22:00-06:00`, `sat,sun 00:00-24:00`, `22:00-06:00 latest 04:00`. */
const PERIOD = /^(?:(?<days>[a-z,-]+) )?(?<from>\d\d:\d\d)-(?<to>\d\d:\d\d)(?: latest (?<latest>\d\d:\d\d))?$/;

/** The window that the options name; undefined: none. What they get wrong is added to the faults. */
export function windowOf(options: WindowOptions, faults: string[]): BackupWindow | undefined {
  const { window, timeZone, whenWindowCloses } = options;
  if (window === undefined) {
    if (timeZone !== undefined) faults.push('--time-zone belongs to --window, and there is none');
    if (whenWindowCloses !== undefined) faults.push('--when-window-closes belongs to --window, and there is none');
    return undefined;
  }
  const whenClosed = WINDOW_ENDINGS.find((ending) => ending === whenWindowCloses);
  if (whenWindowCloses !== undefined && whenClosed === undefined)
    faults.push(`--when-window-closes must be one of ${WINDOW_ENDINGS.join(', ')}, not "${whenWindowCloses}"`);
  const periods = window.flatMap((text) => periodOf(text, faults) ?? []);
  return {
    timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    periods,
    ...(whenClosed === undefined ? {} : { whenClosed: whenClosed satisfies WindowEnding }),
  };
}

function periodOf(text: string, faults: string[]): WindowPeriod | undefined {
  const { days, from, to, latest } = PERIOD.exec(text)?.groups ?? {};
  const named = days === undefined ? WEEKDAYS : daysIn(days);
  if (from === undefined || to === undefined || named === undefined) {
    faults.push(`--window must be like "mon-fri 22:00-06:00" or "22:00-06:00 latest 04:00", not "${text}"`);
    return undefined;
  }
  return { days: named, from, to, ...(latest === undefined ? {} : { latestStart: latest }) };
}

function daysIn(text: string): readonly Weekday[] | undefined {
  const days: Weekday[] = [];
  for (const part of text.split(',')) {
    const [first, last = first] = part.split('-').map((name) => WEEKDAYS.findIndex((day) => day === name));
    if (first === undefined || last === undefined || first < 0 || last < first) return undefined;
    days.push(...WEEKDAYS.slice(first, last + 1));
  }
  return days;
}
