import { describe, expect, it } from '@jest/globals';
import picocolors from 'picocolors';
import type { MaintenanceView } from '#contracts';
import { renderLimits } from './maintenance.js';

const VIEW: MaintenanceView = {
  limits: [{ scope: 'member', name: null, value: 1, isChanged: false, reason: null, changedBy: null, changedAt: null }],
  inUse: [{ scope: 'member', name: 'ex01', used: 1, limit: 1 }],
  drains: [],
  defaultWindow: {
    window: { timeZone: 'Europe/Berlin', periods: [{ days: ['mon', 'tue'], from: '20:00', to: '06:00' }] },
    isOpen: true,
    mayStart: false,
    changesAt: '2026-11-24T05:00:00.000Z',
  },
  answer: null,
};
const look = { columns: 200, colours: picocolors.createColors(false) };

describe('the limits in force', () => {
  it('end with the window, and whether it is open', () => {
    expect(renderLimits(VIEW, look).split('\n').at(-1)).toBe(
      'backups without a window of their own may run mon,tue 20:00-06:00 (Europe/Berlin); ' +
        'now open, and nothing new is started until 2026-11-24 05:00Z',
    );
  });

  it('say nothing of a window where there is none', () => {
    expect(renderLimits({ ...VIEW, defaultWindow: null }, look)).not.toContain('window');
  });

  it('write members and DAGs as Exchange does, and other places as people wrote them', () => {
    const [each] = VIEW.limits;
    if (!each) throw new Error('the example has a limit');
    const places = [
      ['member', 'ex01', 'EX01'],
      ['dag', 'dag1', 'DAG1'],
      ['volume', 'ex01 C:\\data', 'EX01 C:\\data'],
      ['site', 'Site-a', 'Site-a'],
      ['storageServer', 'sp-one', 'sp-one'],
    ] as const;
    const limits = places.map(([scope, name]) => ({ ...each, scope, name }));
    const lines = renderLimits({ ...VIEW, limits, inUse: [] }, look).split('\n');
    for (const [index, [scope, , shown]] of places.entries())
      expect(lines[index + 1]?.replaceAll(/ +/g, ' ')).toContain(`${scope} ${shown} 1`);
    expect(renderLimits(VIEW, look)).toContain('EX01 1');
  });
});
