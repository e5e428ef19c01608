import { describe, expect, it } from '@jest/globals';
import type { RunView } from '#contracts';
import { answered, factsOf, found, ago, maintenanceOf, serviceOf } from '../../../test/doctor-facts.js';
import { AT, attemptOf, runOf, taskOf } from '../../../test/fixtures.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

describe('runs', () => {
  const SINCE = 20 * MINUTE_MS;
  const blocked = (rule: string, sinceMs = SINCE) => ({
    rule,
    reason: `it waits because of ${rule}`,
    since: ago(sinceMs),
    until: null,
    liftedBy: [],
  });
  const running = taskOf('MBX09', { status: 'running', attempts: [attemptOf('ex01')] });
  const at = (run: ReturnType<typeof runOf>) => factsOf({ runs: answered({ latest: [run], live: [run] }) });

  it('whose tasks wait for long are told, by what they wait for', () => {
    const tasks = ['MBX01', 'MBX02'].map((name) => taskOf(name, { blocked: blocked('agent-alive') }));
    expect(found('runs', at(runOf({ tasks: [...tasks, running] })))).toEqual([
      {
        check: 'runs',
        state: 'warning',
        text: 'backup run 11111111 (nightly-1): 2 databases (MBX01, MBX02) wait, 20m00s at the longest: it waits because of agent-alive',
        commands: ['dagctl run show 11111111'],
      },
    ]);
  });

  it('that go on and wait for room, for a window, or for a moment are well', () => {
    const waits = [blocked('member-limit'), blocked('window-open', HOUR_MS), blocked('agent-alive', MINUTE_MS)];
    const tasks = waits.map((wait, index) => taskOf(`MBX0${index}`, { blocked: wait }));
    expect(found('runs', at(runOf({ tasks: [...tasks, running] })))).toMatchObject([
      { state: 'ok', text: '1 run at work, and nothing waits for long; no backup has ended yet.' },
    ]);
  });

  it('that restore and wait are told as well, and how a restore ended is not how the latest backup did', () => {
    const task = { databaseName: 'MBX01', blockedBy: 'backup-running', reason: 'a backup of MBX01 runs' };
    const restore = { request: {}, tasks: [task, { ...task, databaseName: 'MBX02', blockedBy: null }] };
    const waiting = { ...runOf({ kind: 'restore', requestedAt: ago(SINCE) }), restore } as unknown as RunView;
    expect(found('runs', at(waiting))).toMatchObject([
      {
        text: expect.stringMatching(
          /^restore run 11111111 .*: 1 database \(MBX01\) waits, .*: a backup of MBX01 runs$/,
        ),
      },
    ]);
    const ended = runOf({ kind: 'restore', status: 'failed', exitCode: 12, endedAt: AT });
    const facts = factsOf({ runs: answered({ latest: [ended], live: [] }) });
    expect(found('runs', facts)).toMatchObject([{ text: 'Nothing runs; no backup has ended yet.' }]);
  });

  it('that wait for room while nothing of them runs do not get on', () => {
    const tasks = [taskOf('MBX01', { blocked: blocked('member-limit') })];
    expect(found('runs', at(runOf({ tasks })))).toMatchObject([{ state: 'warning' }]);
  });

  it('are reckoned by the conductor’s clock', () => {
    const run = runOf({ tasks: [taskOf('MBX01', { blocked: blocked('agent-alive') })] });
    const behind = maintenanceOf({ service: serviceOf({ at: ago(SINCE) }) });
    expect(found('runs', { ...at(run), maintenance: answered(behind) })).toMatchObject([{ state: 'ok' }]);
  });

  it.each([
    ['collecting', 2 * MINUTE_MS, 'has been collecting for 2m00s'],
    ['cancelling', 20 * MINUTE_MS, 'is being cancelled and has not ended yet'],
  ] as const)('that stay %s are told', (status, ageMs, text) => {
    expect(found('runs', at(runOf({ status, requestedAt: ago(ageMs) })))).toMatchObject([
      { state: 'warning', text: expect.stringContaining(text) },
    ]);
  });

  it.each([
    [12, 'problem'],
    [8, 'warning'],
    [4, 'ok'],
    [0, 'ok'],
    [130, 'ok'],
  ])('whose latest ended with %i are a %s', (exitCode, state) => {
    const last = runOf({ status: 'completed', exitCode, endedAt: AT });
    const before = runOf({ status: 'failed', exitCode: 12, endedAt: AT });
    const facts = factsOf({ runs: answered({ latest: [last, before], live: [] }) });
    expect(found('runs', facts)).toMatchObject([{ state }]);
  });
});
