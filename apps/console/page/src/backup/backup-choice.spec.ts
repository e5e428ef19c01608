import { describe, expect, it } from '@jest/globals';
import { BackupRequest, PlanQuery } from '#contracts';
import { validated } from '#messaging';
import { NO_CHOICE, requestOf, whatIfOf, type BackupChoice } from './backup-choice.js';

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
      { windowDays: ['mon', 'tue'], windowFrom: '20:00', windowTo: '06:00', whenClosed: 'stop' },
      { window: { periods: [{ days: ['mon', 'tue'], from: '20:00', to: '06:00' }], whenClosed: 'stop' } },
    ],
  ])('%j is a request that the conductor takes', (more, expected) => {
    const request = requestOf({ ...NO_CHOICE, ...more });
    expect(request).toMatchObject(expected);
    expect(request).not.toHaveProperty('dags');
    expect(validated(BackupRequest, request)).toMatchObject({ ok: true });
  });

  it('has no window before all of it is chosen', () => {
    expect(requestOf({ ...NO_CHOICE, windowDays: ['mon'], windowFrom: '20:00' })).not.toHaveProperty('window');
  });

  it('asks what if only where something is', () => {
    expect(whatIfOf(NO_CHOICE)).toBeUndefined();
    const whatIf = whatIfOf({ ...NO_CHOICE, withoutMembers: ['ex01'], growPercent: 20, withinHours: 6 });
    expect(whatIf).toEqual({ withoutMembers: ['ex01'], growPercent: 20, windowMs: 21_600_000 });
    expect(validated(PlanQuery, { request: requestOf(NO_CHOICE), whatIf })).toMatchObject({ ok: true });
  });
});
