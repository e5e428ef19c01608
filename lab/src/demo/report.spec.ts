import { describe, expect, it } from '@jest/globals';
import type { InventorySnapshot, RunView } from '#contracts';
import { buildReport, failedReport, renderReport } from './report.js';

const attempt = (member: string, number: number, reason: string, outcome: string, bytes: string) => ({
  member,
  number,
  reason,
  outcome,
  bytes,
  role: 'passive',
  dispatchedAt: `2026-01-01T00:00:0${number}.000Z`,
  startedAt: null,
  endedAt: `2026-01-01T00:00:0${number + 2}.500Z`,
});

const run = {
  runId: 'r1',
  status: 'completed',
  exitCode: 0,
  reason: 'done',
  counters: { failovers: 1, agentsLost: 0, reroutes: 1 },
  tasks: [
    {
      databaseGuid: 'g1',
      status: 'succeeded',
      reason: 'backed up on EX02',
      attempts: [attempt('ex01', 1, 'planned', 'failed', '7'), attempt('ex02', 2, 'failover', 'succeeded', '100')],
    },
    { databaseGuid: 'g2', status: 'skipped', reason: 'a recovery database is never backed up', attempts: [] },
  ],
} as unknown as RunView;

const snapshot = {
  members: [
    { id: 'ex01', name: 'EX01' },
    { id: 'ex02', name: 'EX02' },
  ],
  databases: [
    { guid: 'g2', name: 'RDB1', kind: 'recovery' },
    { guid: 'g1', name: 'DB1', kind: 'dag' },
    { guid: 'g3', name: 'NEW1', kind: 'dag' },
  ],
} as unknown as InventorySnapshot;

describe('the report of a demo', () => {
  it('has the documented shape, with every database the inventory knows', () => {
    expect(buildReport({ run, snapshot, verified: true, durationMs: 12.6 })).toEqual({
      outcome: 'completed',
      exitCode: 0,
      runId: 'r1',
      databases: [
        {
          name: 'DB1',
          kind: 'dag',
          outcome: 'succeeded',
          reason: 'backed up on EX02',
          attempts: [
            { member: 'EX01', number: 1, reason: 'planned', outcome: 'failed' },
            { member: 'EX02', number: 2, reason: 'failover', outcome: 'succeeded' },
          ],
          bytes: 100,
        },
        { name: 'NEW1', kind: 'dag', outcome: 'skipped', reason: 'the run had no task for it', attempts: [], bytes: 0 },
        {
          name: 'RDB1',
          kind: 'recovery',
          outcome: 'skipped',
          reason: 'a recovery database is never backed up',
          attempts: [],
          bytes: 0,
        },
      ],
      events: { failovers: 1, agentsLost: 0, reroutes: 1 },
      verified: true,
      durationMs: 13,
    });
  });

  it('has failed, whatever the run says, when a stored backup is wrong', () => {
    expect(buildReport({ run, snapshot, verified: false, durationMs: 1 })).toMatchObject({
      outcome: 'failed',
      exitCode: 12,
      verified: false,
    });
  });

  it('has failed when the run did not end', () => {
    const open = {
      ...run,
      status: 'running',
      exitCode: null,
      tasks: [{ ...run.tasks[0], status: 'running', reason: 'is read' }],
    } as RunView;
    const report = buildReport({ run: open, snapshot, verified: true, durationMs: 1 });
    expect(report).toMatchObject({ outcome: 'failed', exitCode: 12 });
    expect(report.databases[0]).toMatchObject({ outcome: 'failed', reason: 'not ended: is read' });
  });

  it('takes the worst of several backups of one database', () => {
    const twice = {
      ...run,
      tasks: [run.tasks[0], { ...run.tasks[0], status: 'failed', reason: 'no disk' }],
    } as RunView;
    expect(buildReport({ run: twice, snapshot, verified: true, durationMs: 1 }).databases[0]).toMatchObject({
      outcome: 'failed',
      reason: 'no disk',
    });
  });

  it('says so when there was no run at all', () => {
    expect(failedReport(5)).toMatchObject({ outcome: 'failed', exitCode: 12, databases: [], verified: false });
  });

  it('shows each attempt with its reason, and why a database was left out', () => {
    const text = renderReport(buildReport({ run, snapshot, verified: true, durationMs: 1 }), run, snapshot);
    expect(text).toMatch(/DB1 +dag +succeeded +100 B +3\.5 s +EX01 \(planned, failed\); EX02 \(failover, succeeded\)/);
    expect(text).toMatch(/RDB1 +recovery +skipped +a recovery database is never backed up/);
  });
});
