import { describe, expect, it } from '@jest/globals';
import { failure, type AttemptView, type RunView, type TaskView } from '#contracts';
import { problemsOfRun } from './verdict.js';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

function attempt(number: number, from: number, to: number | null, change: Partial<AttemptView> = {}): AttemptView {
  return {
    number,
    member: `ex0${number}`,
    role: 'passive',
    reason: number === 1 ? 'planned' : 'agentLoss',
    dispatchedAt: at(from),
    startedAt: at(from),
    endedAt: to === null ? null : at(to),
    outcome: to === null ? null : 'succeeded',
    bytes: '1',
    ...change,
  };
}

function task(change: Partial<TaskView> = {}): TaskView {
  return {
    taskId: 'task',
    databaseGuid: '6f1d2f0e-0000-4000-8000-000000000001',
    databaseName: 'MBX01',
    kind: 'dag',
    copyNumber: 1,
    status: 'succeeded',
    reason: 'backed up on EX01',
    rule: null,
    blocked: null,
    member: 'ex01',
    sizeBytes: '1',
    bytesDone: '1',
    attempts: [attempt(1, 0, 5)],
    ...change,
  };
}

function run(tasks: readonly TaskView[], change: Partial<RunView> = {}): RunView {
  const status = 'completed';
  return { runId: 'run', status, reason: 'done', tasks, ...change } as RunView;
}

describe('the verdict on a run', () => {
  it('is empty for a sound one', () => {
    expect(problemsOfRun(run([task()]), ['MBX01'])).toEqual([]);
    const lostOnce = [attempt(1, 0, 5, { outcome: 'lost' }), attempt(2, 5, 9)];
    expect(problemsOfRun(run([task({ attempts: lostOnce })]), ['MBX01'])).toEqual([]);
  });

  it('names a run that is not over', () => {
    const problems = problemsOfRun(run([task()], { status: 'running', reason: 'running' }), ['MBX01']);
    expect(problems).toEqual(['run run is running: running']);
  });

  it('names a database without a state, and one with two', () => {
    expect(problemsOfRun(run([]), ['MBX01'])).toEqual([expect.stringContaining('MBX01 has 0 tasks')]);
    expect(problemsOfRun(run([task(), task()]), ['MBX01'])).toEqual([expect.stringContaining('MBX01 has 2 tasks')]);
  });

  it('names a state that is not final, or has no reason', () => {
    const open = task({ status: 'pending', reason: '', attempts: [] });
    expect(problemsOfRun(run([open]), ['MBX01'])).toEqual([
      'MBX01 is pending, which is no final state',
      'MBX01 is pending without a reason',
    ]);
  });

  it('names a success that no attempt, or more than one, achieved', () => {
    expect(problemsOfRun(run([task({ attempts: [] })]), ['MBX01'])).toEqual([
      'MBX01 is succeeded with 0 successful attempts',
    ]);
    const twice = task({ attempts: [attempt(1, 0, 5), attempt(2, 5, 9)] });
    expect(problemsOfRun(run([twice]), ['MBX01'])).toEqual(['MBX01 is succeeded with 2 successful attempts']);
  });

  it('names an attempt that lived beside its successor', () => {
    const both = task({ attempts: [attempt(1, 0, 7, { outcome: 'lost' }), attempt(2, 5, 9)] });
    expect(problemsOfRun(run([both]), ['MBX01'])).toEqual([
      'attempt 1 of MBX01 on ex01 still lived when attempt 2 was sent to ex02',
    ]);
  });

  it('names an attempt that never ended', () => {
    const open = task({ status: 'failed', reason: 'deadline', attempts: [attempt(1, 0, null)] });
    expect(problemsOfRun(run([open]), ['MBX01'])).toEqual(['attempt 1 of MBX01 on ex01 never ended']);
  });

  it('names an attempt whose client met the lock of another backup', () => {
    const lines = ["for 'MBX01': a backup of this database is already in progress."];
    const met = failure('vss.retryable', 'the writer refused', { retryable: true, details: { lastLines: lines } });
    const two = task({ attempts: [attempt(1, 0, 5, { outcome: 'failed', failure: met }), attempt(2, 5, 9)] });
    expect(problemsOfRun(run([two]), ['MBX01'])).toEqual([
      'attempt 1 of MBX01 on ex01 met the lock of another backup, so two were at work',
    ]);
  });
});
