import { describe, expect, it } from '@jest/globals';
import { DOCTOR_CHECKS, type DoctorReport } from '#contracts';
import { inspectionOf, maintenanceOf, serviceOf } from '../../../../libs/client/test/doctor-facts.js';
import { databaseOf, failed, memberOf, snapshotOf } from '../../../../libs/client/test/fixtures.js';
import { dagctl, type Scene } from '../../test-support/dagctl.js';

const now = () => new Date().toISOString();
/** Everything answers, and all is well; what is asked is seen by the time that the test runs at. */
const scene = (parts: Partial<Scene> = {}): Scene => ({
  inspection: inspectionOf(),
  ...parts,
  answers: {
    'dag.snapshot.get.v1': [
      snapshotOf({
        takenAt: now(),
        databases: [databaseOf('MBX01', { lastFullBackupAt: now() })],
        service: serviceOf({ at: now() }),
      }),
    ],
    'dag.maintenance.get.v1': [maintenanceOf({ service: serviceOf({ at: now() }) })],
    'dag.runs.list.v1': [{ runs: [] }],
    'dag.alarms.list.v1': [{ alarms: [] }],
    'dag.tokens.list.v1': [{ tokens: [] }],
    ...parts.answers,
  },
});

describe('dagctl doctor', () => {
  it('is calm when all is well: one line a check, and 0', async () => {
    const { exitCode, out } = await dagctl('doctor', scene());
    expect({ exitCode, lines: out.trimEnd().split('\n').length }).toEqual({
      exitCode: 0,
      lines: DOCTOR_CHECKS.length + 2,
    });
    expect(out).toMatch(/^ok {2}broker +RabbitMQ 3\.10\.8 at broker:5672/);
    expect(out).toContain('All is well.');
  });

  it('begins with what is broken, and says what to type', async () => {
    const members = [memberOf('ex01', { warnings: ['the disk is nearly full'] }), memberOf('ex02')];
    const { exitCode, out } = await dagctl(
      'doctor',
      scene({
        inspection: inspectionOf({ 'dag.conductor.error': { messages: 2 } }),
        answers: {
          'dag.maintenance.get.v1': [failed('query.timeout', true)],
          'dag.snapshot.get.v1': [snapshotOf({ takenAt: now(), members, service: serviceOf({ at: now() }) })],
        },
      }),
    );
    expect(exitCode).toBe(12);
    expect(out).toMatch(/^PROBLEM conductor\n {2}The conductor gives no answer/);
    expect(out).toMatch(
      /WARNING parked\n {2}2 messages .*\n {2}dagctl dead-letters list --queue dag\.conductor\.error\n/,
    );
    expect(out).toMatch(/\n\nUNKNOWN drains, window\n {2}The conductor gives no answer\.\n/);
    expect(out).toMatch(/\n1 problem, 3 warnings, 2 not known; begin with the first\. /);
  });

  it('ends with 8 where something is to be looked at, and --json tells the same', async () => {
    const { exitCode, out } = await dagctl(
      'doctor --json',
      scene({ answers: { 'dag.tokens.list.v1': [failed('query.timeout', true)] } }),
    );
    const report = JSON.parse(out) as DoctorReport;
    expect({ exitCode, verdict: report.verdict, first: report.findings[0] }).toEqual({
      exitCode: 8,
      verdict: 'warning',
      first: { check: 'tokens', state: 'notChecked', text: 'The inventory gives no answer.', commands: [] },
    });
  });

  it('says of a broker that cannot be reached what connecting said, and asks nothing else', async () => {
    const { exitCode, out, asked } = await dagctl('doctor', { unreachable: failed('broker.unreachable', true) });
    expect({ exitCode, asked }).toEqual({ exitCode: 12, asked: [] });
    expect(out).toMatch(/^PROBLEM broker\n {2}broker\.unreachable happened The address comes from --url/);
  });

  it('goes on where the broker cannot be looked at', async () => {
    const { exitCode, out } = await dagctl('doctor', scene({ inspection: failed('broker.not-inspected', true) }));
    expect(exitCode).toBe(8);
    expect(out).toContain('WARNING broker');
    expect(out).toMatch(/ok {2}databases/);
  });

  it.each(['0h', 'old', '2'])('refuses --backup-age %s', async (age) => {
    const { exitCode, err } = await dagctl(`doctor --backup-age ${age}`, scene());
    expect(exitCode).toBe(2);
    expect(err).toContain('--backup-age must be a duration');
  });

  it('refuses an address that is none', async () => {
    const { exitCode } = await dagctl('doctor', { unreachable: failed('broker.bad-url') });
    expect(exitCode).toBe(2);
  });

  it('takes the age of backups from the command line', async () => {
    const databases = [databaseOf('MBX01', { lastFullBackupAt: new Date(Date.now() - 7_200_000).toISOString() })];
    const snapshot = snapshotOf({ takenAt: now(), databases, service: serviceOf({ at: now() }) });
    const answers = { 'dag.snapshot.get.v1': [snapshot] };
    expect((await dagctl('doctor --backup-age 1h', scene({ answers }))).out).toContain('WARNING backups');
    expect((await dagctl('doctor --backup-age 3h', scene({ answers }))).exitCode).toBe(0);
  });
});
