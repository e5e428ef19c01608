import { describe, expect, it } from '@jest/globals';
import picocolors from 'picocolors';
import {
  attemptOf,
  copyOf,
  databaseOf,
  memberOf,
  runOf,
  snapshotOf,
  taskOf,
} from '../../../../libs/client/test/fixtures.js';
import { renderDatabases, renderMembers } from './inventory.js';
import { renderRun, renderRuns, renderTasks, summaryFor } from './runs.js';
import { renderStatus } from './status.js';
import { table, visibleWidth } from './table.js';

const colours = picocolors.createColors(false);
const look = { columns: 100, colours };

describe('table', () => {
  it('cuts no word, however narrow the terminal is', () => {
    const path = `C:\\Program Files\\${'x'.repeat(150)}\\tdpexc.cfg`;
    expect(table(['a', 'b'], [['1', `see ${path}`]], { columns: 80, colours })).toContain(path.split(' ')[1]);
  });

  const long = 'word '.repeat(60).trim();

  it.each([80, 100, 120])('stays within %i columns by wrapping the last one', (columns) => {
    const text = table(['name', 'reason'], [['MBX01', long]], { columns, colours });
    expect(visibleWidth(text)).toBeLessThanOrEqual(columns);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(long);
  });

  it('has no borders and no trailing blanks', () => {
    const text = table(['a', 'b'], [['1', '2']], look);
    expect(text).toBe('A  B\n1  2');
  });

  it('measures without colours', () => {
    expect(visibleWidth(picocolors.createColors(true).red('four'))).toBe(4);
  });
});

describe('inventory tables', () => {
  it('mark the active copy, put it first, and say what lags', () => {
    const copies = [
      copyOf('ex03', { activationPreference: 3, replayLagMs: 604_800_000 }),
      ...databaseOf('MBX01').copies,
    ];
    expect(renderDatabases(snapshotOf(), [databaseOf('MBX01', { copies })], look)).toContain(
      'EX01*, EX02, EX03 (lagged)',
    );
  });

  it('show members without client or agent as exactly that', () => {
    const members = [
      memberOf('ex01'),
      memberOf('ex02', { agent: { state: 'silent', version: '0.1.0', reportAgeMs: 90_000 } }),
      memberOf('ex05', {
        client: { installed: null, version: null },
        agent: { state: 'never', version: null, reportAgeMs: null },
      }),
    ];
    const lines = renderMembers(snapshotOf({ members }), look).split('\n');
    expect(lines[1]).toMatch(/EX01 +DAG01 +8\.1\.24\.0 +alive +4s ago +1 +1/);
    expect(lines[2]).toMatch(/EX02 .*silent +1m30s ago/);
    expect(lines[3]).toMatch(/EX05 +DAG01 +not known +none +never/);
  });

  it('say so when there is nothing', () => {
    expect(renderMembers(snapshotOf({ members: [] }), look)).toContain('no agent has reported');
    expect(renderDatabases(snapshotOf(), [], look)).toBe('No database to show.');
  });
});

describe('run tables', () => {
  const run = runOf({
    status: 'completed',
    endedAt: '2026-01-31T22:02:05.000Z',
    exitCode: 4,
    counters: { failovers: 1, agentsLost: 0, reroutes: 1 },
    warnings: ['ex05 has no client'],
    missingMembers: ['ex04'],
    tasks: [
      taskOf('MBX01', {
        status: 'succeeded',
        reason: 'backed up and proven',
        bytesDone: '10485760',
        attempts: [
          attemptOf('ex01', { outcome: 'failed' }),
          attemptOf('ex02', { number: 2, reason: 'failover', outcome: 'succeeded' }),
        ],
      }),
      taskOf('RDB1', { status: 'skipped', kind: 'recovery', reason: 'a recovery database is never backed up' }),
    ],
  });

  it('show every attempt with why it was made', () => {
    const text = renderTasks(run.tasks, { ...look, columns: 140 });
    expect(text).toMatch(
      /MBX01 +dag +succeeded +10\.0 MiB +EX01 failed, EX02 succeeded \(failover\); backed up and proven/,
    );
    expect(text).toMatch(/RDB1 +recovery +skipped +a recovery database is never backed up/);
  });

  it('show the run with its counters, warnings and silent members', () => {
    const text = renderRun(run, { ...look, history: false });
    for (const part of [
      'took 2m05s',
      'failovers 1, agents lost 0, reroutes 1',
      'warning: ex05 has no client',
      'did not answer: EX04',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('end with a line for scripts', () => {
    expect(summaryFor(run, 4)).toBe(
      `run=${run.runId} status=completed exit=4 succeeded=1 failed=0 skipped=1 cancelled=0 notNeeded=0`,
    );
  });

  it('list runs and teach when there is none', () => {
    expect(renderRuns([run], look)).toMatch(
      /11111111 +completed +4 +0\/2 +2026-01-31 22:00Z +2m05s +operator@ops +nightly-1/,
    );
    expect(renderRuns([], look)).toContain('dagctl backup');
  });
});

describe('renderStatus', () => {
  it('counts by DAG and shows runs at work before ended ones', () => {
    const ended = [1, 2, 3, 4].map((number) => runOf({ status: 'completed', requestId: `old-${number}`, exitCode: 0 }));
    const report = {
      inventory: snapshotOf(),
      alarms: [],
      conductor: { runs: [...ended, runOf({ requestId: 'now' })] },
    };
    const text = renderStatus(report, look);
    expect(text).toMatch(/DAG01 +2 +2 +2 +1 +0/);
    expect(text.indexOf('now')).toBeLessThan(text.indexOf('old-1'));
    expect(text).not.toContain('old-4');
  });
});
