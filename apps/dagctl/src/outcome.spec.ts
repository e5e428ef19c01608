import { describe, expect, it } from '@jest/globals';
import { FailureError, failure } from '#contracts';
import { outcomeOf } from './outcome.js';

const exitCodeAfter = (type: string): number =>
  outcomeOf(new FailureError(failure(type, 'said why', { retryable: false }))).exitCode;

describe('the exit code after a failure', () => {
  it.each(['run.unknown', 'run.not-found', 'run.is-restore', 'database.unknown', 'broker.bad-url', 'request.refused'])(
    'is that of wrong usage for %s: another name is needed, and nothing failed',
    (type) => {
      expect(exitCodeAfter(type)).toBe(2);
    },
  );

  it.each(['query.timeout', 'conductor.absent', 'broker.unreachable'])('is that of a failure for %s', (type) => {
    expect(exitCodeAfter(type)).toBe(12);
  });
});
