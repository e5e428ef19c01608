import { describe, expect, it } from '@jest/globals';
import type { ConductorEvent } from '../domain/conductor.events.js';
import { ConductorCounts } from './counts.js';

const BASE = { runId: 'run', atMs: 0, taskId: 'task', attemptId: 'attempt', bytes: '0' };
const ended = (outcome: 'succeeded' | 'failed', type?: string): ConductorEvent => ({
  ...BASE,
  type: 'AttemptEnded',
  outcome,
  ...(type === undefined ? {} : { failure: { type, message: 'because', retryable: true } }),
});
const countOf = (counts: ConductorCounts, outcome: string, failure = ''): number | undefined =>
  counts.attempts.list().find((each) => each.outcome === outcome && each.failure === failure)?.count;

describe('what the conductor counts', () => {
  it('is the ends of attempts, by outcome and failure, beginning with none', () => {
    const counts = new ConductorCounts(() => 0);
    expect([countOf(counts, 'succeeded'), countOf(counts, 'lost')]).toEqual([0, 0]);
    counts.stored([ended('succeeded'), ended('failed', 'storage.full'), ended('failed', 'storage.full')]);
    expect(countOf(counts, 'succeeded')).toBe(1);
    expect(countOf(counts, 'failed', 'storage.full')).toBe(2);
  });

  it('stays within its bound whatever agents call their failures', () => {
    const counts = new ConductorCounts(() => 0);
    counts.stored(Array.from({ length: 1_000 }, (_, index) => ended('failed', `made-up.${index}`)));
    expect(counts.attempts.list().length).toBeLessThanOrEqual(201);
    expect(countOf(counts, 'failed', 'other')).toBeGreaterThan(700);
    expect(counts.attempts.list().reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  });

  it('is the ends of runs, those that were refused among the failed', () => {
    const counts = new ConductorCounts(() => 0);
    counts.stored([
      { type: 'RunCompleted', runId: 'a', atMs: 0, status: 'completed', exitCode: 0, reason: '' },
      { type: 'RunRefused', runId: 'b', atMs: 0, exitCode: 12, reason: '' },
      { type: 'RestoreCompleted', runId: 'c', atMs: 0, status: 'cancelled', exitCode: 130, reason: '' },
    ]);
    const seen = [...counts.runsEnded.values()].filter(({ count }) => count > 0);
    expect(seen).toEqual([
      { kind: 'backup', status: 'completed', count: 1 },
      { kind: 'backup', status: 'failed', count: 1 },
      { kind: 'restore', status: 'cancelled', count: 1 },
    ]);
  });

  it('is how long decisions take, and for how long the one under way', () => {
    let nowMs = 0;
    const told: number[] = [];
    const counts = new ConductorCounts(() => nowMs);
    counts.onDecided = (seconds) => void told.push(seconds);
    expect(counts.decidingForMs).toBeNull();
    const isOver = counts.deciding(3);
    nowMs = 40_000;
    expect([counts.decidingForMs, counts.inputs]).toEqual([40_000, 0]);
    isOver();
    expect([counts.decidingForMs, counts.inputs, told]).toEqual([null, 3, [40]]);
  });
});
