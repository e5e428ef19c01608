import { describe, expect, it } from '@jest/globals';
import { MaintenanceView, type BackupWindow } from '#contracts';
import { validated } from '#messaging';
import { SETTINGS } from '../../testing/worlds.js';
import { EMPTY_STATE } from '../conductor.state.js';
import { EMPTY_WORLD } from '../world.js';
import { maintenanceView } from './maintenance-view.js';

const NIGHTS: BackupWindow = {
  timeZone: 'Europe/Berlin',
  periods: [{ days: ['mon'], from: '20:00', to: '06:00', latestStart: '04:00' }],
};
const settings = { ...SETTINGS, defaultWindow: NIGHTS };

describe('the window in force', () => {
  it.each([
    ['2026-11-23T18:59:59Z', { isOpen: false, mayStart: false, changesAt: '2026-11-23T19:00:00.000Z' }],
    ['2026-11-23T19:00:00Z', { isOpen: true, mayStart: true, changesAt: '2026-11-24T03:00:00.000Z' }],
    ['2026-11-24T03:00:00Z', { isOpen: true, mayStart: false, changesAt: '2026-11-24T05:00:00.000Z' }],
  ])('at %s is as the clock says, and until when', (at, expected) => {
    const view = maintenanceView(EMPTY_STATE, EMPTY_WORLD, settings, Date.parse(at));
    expect(view.defaultWindow).toEqual({ window: NIGHTS, ...expected });
    expect(validated(MaintenanceView, JSON.parse(JSON.stringify(view)))).toMatchObject({ ok: true });
  });

  it('is none where none is configured', () => {
    expect(maintenanceView(EMPTY_STATE, EMPTY_WORLD, SETTINGS, 0).defaultWindow).toBeNull();
  });
});
