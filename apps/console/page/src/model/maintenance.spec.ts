import { describe, expect, it } from '@jest/globals';
import { WEEKDAYS, type LimitView, type MaintenanceView } from '#contracts';
import { drainOf, limitText, loadOf, namingOf, periodTexts, usedText } from './maintenance.js';

const limit = (more: Partial<LimitView>): LimitView => ({
  scope: 'member',
  name: null,
  value: 2,
  isChanged: false,
  reason: null,
  changedBy: null,
  changedAt: null,
  ...more,
});
const view = (more: Partial<MaintenanceView>): MaintenanceView => ({
  limits: [limit({}), limit({ name: 'ex02', value: null })],
  inUse: [{ scope: 'member', name: 'ex01', used: 1, limit: 2 }],
  drains: [],
  defaultWindow: null,
  answer: null,
  ...more,
});

const naming = namingOf({ dags: [{ id: 'dag1', name: 'DAG1' }], members: [{ id: 'ex01', name: 'EX01' }] });

describe('limits and drains', () => {
  it('say what a member does of what it may', () => {
    expect(loadOf(null, 'ex01')).toBeNull();
    expect(loadOf(view({}), 'ex01')).toEqual({ used: 1, limit: 2 });
    expect(loadOf(view({}), 'ex02')).toEqual({ used: 0, limit: null });
    expect(loadOf(view({}), 'ex03')).toEqual({ used: 0, limit: 2 });
  });

  it('find the drain of a member, and none of others', () => {
    const drain = { member: 'ex01', reason: 'disks' } as unknown as MaintenanceView['drains'][number];
    expect(drainOf(view({ drains: [drain] }), 'ex01')).toBe(drain);
    expect(drainOf(view({ drains: [drain] }), 'ex02')).toBeNull();
    expect(drainOf(null, 'ex01')).toBeNull();
  });

  it('are named as people name them', () => {
    expect(naming('startGap', 'ex01')).toBe('EX01');
    expect(naming('dag', 'dag1')).toBe('DAG1');
    expect(naming('member', 'ex09')).toBe('ex09');
    expect(naming('site', 'ex01')).toBe('ex01');
  });

  it('read like a sentence', () => {
    expect(limitText(limit({ value: null }))).toBe('no limit');
    expect(limitText(limit({ scope: 'startGap', value: 30_000 }))).toBe('30 s');
    expect(usedText(limit({}), view({}), naming)).toBe('EX01: 1');
    expect(usedText(limit({ name: 'ex01' }), view({}), naming)).toBe('1');
    expect(usedText(limit({ name: 'ex02' }), view({}), naming)).toBe('');
    expect(
      periodTexts({
        timeZone: 'UTC',
        periods: [
          { days: ['mon', 'fri'], from: '20:00', to: '06:00', latestStart: '04:00' },
          { days: ['sat'], from: '00:00', to: '24:00' },
          { days: WEEKDAYS, from: '12:00', to: '13:00' },
        ],
      }),
    ).toEqual(['mon, fri 20:00 to 06:00, nothing new after 04:00', 'sat 00:00 to 24:00', 'every day 12:00 to 13:00']);
  });
});
