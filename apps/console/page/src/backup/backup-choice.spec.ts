import { describe, expect, it } from '@jest/globals';
import { BackupRequest, PlanQuery, WEEKDAYS } from '#contracts';
import { validated } from '#messaging';
import { NO_CHOICE, NO_PRIORITY, chosenIn, faultsOf, requestOf, whatIfOf, type BackupChoice } from './backup-choice.js';
import { NO_PERIOD, NO_WINDOW, ownTimeZone, type PeriodChoice, type WindowChoice } from './period-choice.js';

const night: PeriodChoice = { ...NO_PERIOD, days: ['mon', 'tue'], from: '20:00', to: '06:00' };
const window = (...periods: readonly PeriodChoice[]): WindowChoice => ({ ...NO_WINDOW, periods });

describe('what is chosen for a backup', () => {
  it.each<[Partial<BackupChoice>, object]>([
    [{}, { backupType: 'full', copyPreference: 'preferPassive', copiesPerDatabase: 1 }],
    [
      { databases: ['MBX01'], copyPreference: 'passiveOnly' },
      { databases: ['MBX01'], onFailover: 'bestCopy' },
    ],
    [
      { preferMembers: ['ex02'], spread: 'site', onFailover: 'bestCopy', priority: 8 },
      { preferMembers: ['ex02'], spread: 'site', onFailover: 'bestCopy', priority: 8 },
    ],
    [
      { minIntervalHours: 20, deadlineHours: 1.5 },
      { minIntervalMs: 72_000_000, deadlineMs: 5_400_000 },
    ],
    [
      {
        databasePriorities: [
          { database: 'Sales = EU', priority: 9 },
          { database: 'MBX02', priority: 1 },
        ],
      },
      {
        databasePriorities: [
          { database: 'Sales = EU', priority: 9 },
          { database: 'MBX02', priority: 1 },
        ],
      },
    ],
    [
      { window: { ...window(night), whenClosed: 'stop' } },
      {
        window: {
          timeZone: ownTimeZone(),
          periods: [{ days: ['mon', 'tue'], from: '20:00', to: '06:00' }],
          whenClosed: 'stop',
        },
      },
    ],
    [
      {
        window: {
          ...window({ ...night, latestStart: '04:00' }, { ...NO_PERIOD, from: '00:00', to: '00:00' }),
          timeZone: 'Asia/Tokyo',
        },
      },
      {
        window: {
          timeZone: 'Asia/Tokyo',
          periods: [
            { days: ['mon', 'tue'], from: '20:00', to: '06:00', latestStart: '04:00' },
            { days: WEEKDAYS, from: '00:00', to: '24:00' },
          ],
        },
      },
    ],
  ])('%j is a request that the conductor takes', (more, expected) => {
    const choice = { ...NO_CHOICE, ...more };
    const request = requestOf(choice);
    expect(faultsOf(choice)).toEqual([]);
    expect(request).toMatchObject(expected);
    expect(request).not.toHaveProperty('dags');
    expect(validated(BackupRequest, request)).toMatchObject({ ok: true });
  });

  it.each<[Partial<BackupChoice>, RegExp]>([
    [{ window: window(night, { ...night, to: '' }) }, /Time of day 2/],
    [{ window: window({ ...night, from: '' }) }, /Time of day 1/],
    [{ databasePriorities: [NO_PRIORITY] }, /Database 1/],
    [{ databasePriorities: [{ database: 'MBX01', priority: '' }] }, /Database 1/],
    [
      {
        databasePriorities: [
          { database: 'A', priority: 1 },
          { database: 'A', priority: 2 },
        ],
      },
      /A has two priorities/,
    ],
  ])('%j is not asked for before it is whole: nothing of it is left out in silence', (more, fault) => {
    expect(faultsOf({ ...NO_CHOICE, ...more })).toEqual([expect.stringMatching(fault)]);
  });

  it('asks what if only where something is', () => {
    expect(whatIfOf(NO_CHOICE)).toBeUndefined();
    const whatIf = whatIfOf({ ...NO_CHOICE, withoutMembers: ['ex01'], growPercent: 20, withinHours: 6 });
    expect(whatIf).toEqual({ withoutMembers: ['ex01'], growPercent: 20, windowMs: 21_600_000 });
    expect(validated(PlanQuery, { request: requestOf(NO_CHOICE), whatIf })).toMatchObject({ ok: true });
  });

  it('is counted for the parts of the form that are closed', () => {
    expect(chosenIn(NO_CHOICE)).toEqual({ how: 0, when: 0, order: 0, whatIf: 0 });
    const choice = {
      ...NO_CHOICE,
      spread: 'site',
      window: window(night, night),
      deadlineHours: 2,
      priority: 9,
      growPercent: 5,
    } as const;
    expect(chosenIn(choice)).toEqual({ how: 1, when: 3, order: 1, whatIf: 1 });
  });
});
