import { describe, expect, it } from '@jest/globals';
import type { DoctorReport } from '#contracts';
import { VERSION } from '#service';
import type { ConsoleClient } from '../ports.js';
import { ConsoleUnderTest } from '../testing/console-under-test.js';
import { DoctorController } from './doctor.controller.js';

const REPORT: DoctorReport = {
  verdict: 'ok',
  summary: 'All is well.',
  takenAt: '2026-01-31T22:00:00.000Z',
  tookMs: 5,
  findings: [],
};

describe('GET /api/doctor', () => {
  it('takes one look for all who ask meanwhile, and another one for those who come later or ask for another age', async () => {
    const asked: unknown[] = [];
    const doctor = async (options: unknown): Promise<DoctorReport> => {
      asked.push(options);
      return REPORT;
    };
    const controller = new DoctorController({ doctor } as unknown as ConsoleClient);
    const together = [controller.doctor({}), controller.doctor({}), controller.doctor({ backupAgeMs: 60_000 })];
    expect(await Promise.all(together)).toEqual([REPORT, REPORT, REPORT]);
    expect(asked).toEqual([{ version: VERSION }, { version: VERSION, backupAgeMs: 60_000 }]);
    await controller.doctor({});
    expect(asked).toHaveLength(3);
  });

  it('gives viewers the report, and refuses an age that is none', async () => {
    const console = await ConsoleUnderTest.start({ doctor: REPORT });
    const headers = { authorization: `Bearer ${console.token('viewer')}` };
    try {
      const response = await console.fetch('GET', '/api/doctor?backupAgeMs=172800000', { headers });
      expect(await response.json()).toEqual(REPORT);
      expect(console.asked).toEqual([['doctor', { version: VERSION, backupAgeMs: 172_800_000 }]]);
      for (const wrong of ['0', '-1', 'soon', '1e99', '999999999999999']) {
        expect((await console.fetch('GET', `/api/doctor?backupAgeMs=${wrong}`, { headers })).status).toBe(400);
      }
    } finally {
      await console.stop();
    }
  });
});
