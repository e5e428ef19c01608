import { describe, expect, it } from '@jest/globals';
import { runOf } from '../test/fixtures.js';
import { isRunId, pickRun } from './run-reference.js';

const runs = [
  runOf({ runId: 'abcd1111-2222-4333-8444-555555555555', requestId: 'nightly-2' }),
  runOf({ runId: 'abcd9999-2222-4333-8444-555555555555', requestId: 'nightly-1' }),
  runOf({ runId: 'ef001111-2222-4333-8444-555555555555', requestId: 'abcd' }),
];

describe('pickRun', () => {
  it.each([
    ['last', 0],
    ['nightly-1', 1],
    ['abcd9', 1],
    ['ABCD9', 1],
    ['ef001111-2222-4333-8444-555555555555', 2],
    ['abcd', 2],
  ])('%s is run number %i, a whole request id before a beginning', (text, index) => {
    expect(pickRun(text, runs)).toBe(runs[index]);
  });

  it('names the runs that share a beginning', () => {
    expect(() => pickRun('abcd-', [])).toThrow('abcd-');
    expect(() => pickRun('abcd', runs.slice(0, 2))).toThrow(/2 runs: abcd1111.*, abcd9999/);
  });

  it('does not take a very short beginning', () => {
    expect(() => pickRun('ef0', runs)).toThrow('dagctl runs');
  });

  it('says that there is no run yet', () => {
    expect(() => pickRun('last', [])).toThrow('no run yet');
  });
});

describe('isRunId', () => {
  it('takes whole ids only', () => {
    expect(isRunId('ABCD1111-2222-4333-8444-555555555555')).toBe(true);
    expect(isRunId('abcd1111')).toBe(false);
  });
});
