import { describe, expect, it } from '@jest/globals';
import type { RunSummary } from '#contracts';
import { withEarlier } from './earlier-runs.js';

const run = (runId: string, status: string): RunSummary => ({ runId, status }) as unknown as RunSummary;

describe('earlier runs', () => {
  it('follow the live ones, each run once and as the live view has it', () => {
    const live = [run('3', 'running'), run('2', 'completed')];
    const asked = [run('2', 'running'), run('1', 'failed')];
    expect(withEarlier(live, asked)).toEqual([run('3', 'running'), run('2', 'completed'), run('1', 'failed')]);
    expect(withEarlier(live, [])).toEqual(live);
  });
});
