import { WEEKDAYS, type BackupWindow, type WindowPeriod } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextStartMs, standAt } from './window.js';
import { windowAgainstDeadline, windowProblems } from './window-problems.js';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** Every change of a clock and every time drawn falls on one. */
const STEP_MINUTES = 15;
const utc = (text: string): number => Date.parse(text);

function nightly(changes: Partial<WindowPeriod> = {}, timeZone = 'Europe/Berlin'): BackupWindow {
  return { timeZone, periods: [{ days: [...WEEKDAYS], from: '22:00', to: '06:00', ...changes }] };
}

/** Open, as a character each hour of a stretch of UTC. */
function hours(window: BackupWindow, from: string, count: number): string {
  return Array.from({ length: count }, (_, hour) =>
    standAt(window, utc(from) + hour * 60 * MINUTE_MS).isOpen ? '#' : '.',
  ).join('');
}

describe('a window', () => {
  it('is open by the local clock, over midnight, in winter and in summer', () => {
    expect(hours(nightly(), '2026-01-10T12:00:00Z', 24)).toBe('.........########.......');
    expect(hours(nightly(), '2026-07-10T12:00:00Z', 24)).toBe('........########........');
  });

  it('opens on its days only; the morning after still belongs to them', () => {
    const weekdays = nightly({ days: ['mon'] });
    // 2026-01-12 is a Monday.
    expect(standAt(weekdays, utc('2026-01-12T04:00:00Z')).isOpen).toBe(false);
    expect(standAt(weekdays, utc('2026-01-12T21:00:00Z')).isOpen).toBe(true);
    expect(standAt(weekdays, utc('2026-01-13T04:59:00Z')).isOpen).toBe(true);
    expect(standAt(weekdays, utc('2026-01-13T21:00:00Z')).isOpen).toBe(false);
    expect(nextStartMs(weekdays, utc('2026-01-13T06:00:00Z'))).toBe(utc('2026-01-19T21:00:00Z'));
  });

  it('is an hour shorter in the night in which the clocks are set forward, and an hour longer in autumn', () => {
    // Berlin: 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00.
    expect(hours(nightly(), '2026-03-28T18:00:00Z', 12)).toBe('...#######..');
    expect(hours(nightly(), '2026-10-24T18:00:00Z', 14)).toBe('..#########...');
  });

  it('opens and closes with the change of the clocks where they skip its edge', () => {
    const skipped = nightly({ from: '02:30', to: '05:00' });
    expect(nextStartMs(skipped, utc('2026-03-28T20:00:00Z'))).toBe(utc('2026-03-29T01:00:00Z'));
    const closing = standAt(nightly({ to: '02:30' }), utc('2026-03-29T00:00:00Z'));
    expect(closing).toMatchObject({ isOpen: true, changesAtMs: utc('2026-03-29T01:00:00Z') });
  });

  it('opens and closes at the first of two equal times where the clocks are set back over its edge', () => {
    expect(nextStartMs(nightly({ from: '02:30', to: '05:00' }), utc('2026-10-24T20:00:00Z'))).toBe(
      utc('2026-10-25T00:30:00Z'),
    );
    expect(standAt(nightly({ to: '02:30' }), utc('2026-10-24T23:00:00Z')).changesAtMs).toBe(
      utc('2026-10-25T00:30:00Z'),
    );
  });

  it('lets nothing start after the latest start, and what runs go on', () => {
    const window = nightly({ latestStart: '04:00' });
    expect(standAt(window, utc('2026-01-11T02:59:00Z'))).toMatchObject({
      isOpen: true,
      mayStart: true,
      changesAtMs: utc('2026-01-11T03:00:00Z'),
    });
    expect(standAt(window, utc('2026-01-11T03:00:00Z'))).toMatchObject({
      isOpen: true,
      mayStart: false,
      changesAtMs: utc('2026-01-11T05:00:00Z'),
    });
  });

  it('that is always open never changes', () => {
    const always = nightly({ from: '00:00', to: '24:00' });
    expect(standAt(always, utc('2026-03-29T00:30:00Z'))).toEqual({ isOpen: true, mayStart: true, changesAtMs: null });
  });
});

const TEXTS = fc
  .tuple(fc.oneof(fc.nat(23), fc.constantFrom(0, 1, 2, 3)), fc.constantFrom(0, 15, 30, 45))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
/** Zones with the days on which their clocks change: by an hour, by half an hour, at midnight, at half past, never. */
const CHANGES = [
  { timeZone: 'Europe/Berlin', dates: ['2026-03-29', '2026-10-25'] },
  { timeZone: 'America/New_York', dates: ['2026-03-08', '2026-11-01'] },
  { timeZone: 'America/St_Johns', dates: ['2026-03-08', '2026-11-01'] },
  { timeZone: 'Australia/Lord_Howe', dates: ['2026-04-05', '2026-10-04'] },
  { timeZone: 'Pacific/Auckland', dates: ['2026-04-05', '2026-09-27'] },
  { timeZone: 'Africa/Cairo', dates: ['2026-04-24', '2026-10-30'] },
  { timeZone: 'Asia/Kolkata', dates: ['2026-01-15', '2026-07-15'] },
].flatMap(({ timeZone, dates }) => dates.map((date) => ({ timeZone, date })));

/** What the clocks of a zone show, by the runtime's own tables: as minutes of a calendar without zones. */
function shown(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  return (
    Date.UTC(
      parts['year'] ?? 0,
      (parts['month'] ?? 1) - 1,
      parts['day'] ?? 1,
      parts['hour'] ?? 0,
      parts['minute'] ?? 0,
    ) / MINUTE_MS
  );
}

/** The same by walking through time: open from the first at which the clocks reach `from` until they reach `to`. */
function walk(window: BackupWindow, fromMs: number, count: number): readonly boolean[] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: window.timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const minutesOfDay = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const lead = (2 * DAY_MINUTES) / STEP_MINUTES;
  const clock = Array.from({ length: lead + count }, (_, index) =>
    shown(format, fromMs + (index - lead) * STEP_MINUTES * MINUTE_MS),
  );
  const open = clock.map(() => false);
  const first = (wall: number): number => {
    const found = clock.findIndex((each) => each >= wall);
    return found < 0 ? clock.length : found;
  };
  const startDay = Math.floor((clock[0] ?? 0) / DAY_MINUTES);
  for (let day = startDay + 1; day <= startDay + 5; day += 1) {
    for (const period of window.periods) {
      const weekday = WEEKDAYS[(day + 3) % 7];
      if (weekday === undefined || !period.days.includes(weekday)) continue;
      const from = minutesOfDay(period.from);
      const to = minutesOfDay(period.to) + (minutesOfDay(period.to) > from ? 0 : DAY_MINUTES);
      open.fill(true, first(day * DAY_MINUTES + from), first(day * DAY_MINUTES + to));
    }
  }
  return open.slice(lead);
}

describe('whatever the window, the zone and the time of the year', () => {
  const periods = fc.array(
    fc
      .record({
        days: fc.oneof(fc.subarray([...WEEKDAYS], { minLength: 1 }), fc.constant([...WEEKDAYS])),
        from: TEXTS,
        to: TEXTS,
      })
      .filter(({ from, to }) => from !== to),
    { minLength: 1, maxLength: 2 },
  );

  it('stands open when a walk through time with the runtime’s own clocks says so', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHANGES), periods, ({ timeZone, date }, each) => {
        const window: BackupWindow = { timeZone, periods: each };
        const startMs = utc(`${date}T00:00:00Z`) - 18 * 60 * MINUTE_MS;
        const count = (48 * 60) / STEP_MINUTES;
        const at = (step: number): number => startMs + step * STEP_MINUTES * MINUTE_MS;
        const expected = walk(window, startMs, count);
        // Between two changes that it tells of, nothing changes.
        let step = 0;
        while (step < count) {
          const stand = standAt(window, at(step));
          const until = stand.changesAtMs === null ? count : (stand.changesAtMs - startMs) / STEP_MINUTES / MINUTE_MS;
          const end = Math.ceil(Math.min(until, count));
          expect([at(step), expected.slice(step, end)]).toEqual([
            at(step),
            Array<boolean>(end - step).fill(stand.isOpen),
          ]);
          step = end;
        }
      }),
      { numRuns: 80 },
    );
  });
});

describe('a window that cannot be', () => {
  it('is refused with every clause named', () => {
    const window: BackupWindow = {
      timeZone: 'Europe/Atlantis',
      periods: [
        { days: ['mon'], from: '22:00', to: '22:00' },
        { days: ['tue'], from: '22:00', to: '06:00', latestStart: '07:00' },
        { days: ['wed'], from: '22:00', to: '06:00', latestStart: '22:00' },
        { days: ['thu'], from: '24:00', to: '06:00' },
        { days: ['fri'], from: '22:00', to: '06:00', latestStart: '06:00' },
      ],
    };
    const problems = windowProblems(window);
    expect(problems.map((text) => text.split(':')[0])).toEqual([
      'window.timeZone',
      'window.periods[0]',
      'window.periods[1].latestStart',
      'window.periods[2].latestStart',
      'window.periods[3].from',
    ]);
    expect(problems[0]).toContain('"Europe/Atlantis"');
  });

  it('contradicts a deadline before it opens', () => {
    const nowMs = utc('2026-01-10T12:00:00Z');
    expect(windowAgainstDeadline(nightly(), nowMs, nowMs + 3_600_000)).toEqual([
      'window contradicts deadlineMs: it opens 2026-01-10T21:00:00.000Z, and the run ends 2026-01-10T13:00:00.000Z at the latest',
    ]);
    expect(windowAgainstDeadline(nightly(), nowMs, nowMs + 12 * 3_600_000)).toEqual([]);
  });
});
