import { describe, expect, it } from '@jest/globals';
import { FailureError, RUN_LOG_PAGE, type RunView } from '#contracts';
import { FakePacing, RUN_ID, entryOf, failed, runOf } from '../test/fixtures.js';
import { REST_MAX_MS } from './limits.js';
import { watchRun, type AskRun, type WatchOptions } from './watch.js';

const byRun = { runId: RUN_ID } as const;
const byRequest = { requestId: 'nightly-1' } as const;
const done = (log: RunView['log'] = []): RunView => runOf({ status: 'completed', exitCode: 0, log });

/** Answers in order; the last one again and again. */
function answers(...list: readonly (RunView | FailureError)[]): { readonly ask: AskRun; readonly asked: number[] } {
  const asked: number[] = [];
  const ask: AskRun = async (_, afterSequence) => {
    asked.push(afterSequence);
    const answer = list[Math.min(asked.length, list.length) - 1];
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('nothing to answer');
    return answer;
  };
  return { ask, asked };
}

async function collect(
  ask: AskRun,
  reference: typeof byRun | typeof byRequest,
  options: WatchOptions = {},
  pacing = new FakePacing(),
) {
  const views: RunView[] = [];
  for await (const view of watchRun(ask, pacing, reference, options)) views.push(view);
  return views;
}

describe('watchRun', () => {
  it('ends with the final view and asks only for history it has not seen', async () => {
    const { ask, asked } = answers(runOf({ log: [entryOf(1), entryOf(2)] }), runOf(), done([entryOf(3)]), done());
    const views = await collect(ask, byRun);
    expect(views.map(({ status }) => status)).toEqual(['running', 'running', 'completed', 'completed']);
    expect(asked).toEqual([0, 2, 2, 3]);
  });

  it('begins after the history that is known already', async () => {
    const { ask, asked } = answers(done([entryOf(8)]), done());
    await collect(ask, byRun, { afterSequence: 7 });
    expect(asked).toEqual([7, 8]);
  });

  it('reads page after page without pausing, full or not, until the history of a run that is over ends', async () => {
    const page = Array.from({ length: RUN_LOG_PAGE }, (_, index) => entryOf(index + 1));
    const { ask, asked } = answers(
      runOf({ log: page }),
      done([entryOf(RUN_LOG_PAGE + 7)]),
      done([entryOf(RUN_LOG_PAGE + 9)]),
      done(),
    );
    const pacing = new FakePacing();
    const views = await collect(ask, byRun, {}, pacing);
    expect(views.flatMap(({ log }) => log)).toHaveLength(RUN_LOG_PAGE + 2);
    expect(asked).toEqual([0, RUN_LOG_PAGE, RUN_LOG_PAGE + 7, RUN_LOG_PAGE + 9]);
    expect(pacing.slept).toEqual([]);
  });

  it('looks less often where a look takes long, and soon again at one that did not answer', async () => {
    const pacing = new FakePacing();
    const takes = [20, 200, 60_000, 5_000, 0];
    const { ask } = answers(runOf(), runOf(), runOf(), failed('query.timeout'), done());
    const slowly: AskRun = async (reference, after) => {
      pacing.pass(takes.shift() ?? 0);
      return ask(reference, after);
    };
    await collect(slowly, byRun, { pollMs: 500 }, pacing);
    expect(pacing.slept).toEqual([500, 1_800, REST_MAX_MS, 500]);
  });

  it('bears a conductor that is away, says so once, and says when it is back', async () => {
    const { ask } = answers(runOf(), failed('query.timeout'), failed('query.unroutable'), done());
    const told: (string | null)[] = [];
    const views = await collect(ask, byRun, { onTrouble: (trouble) => told.push(trouble?.failure.type ?? null) });
    expect(views).toHaveLength(2);
    expect(told).toEqual(['query.timeout', null]);
  });

  it('gives up when nobody answers within the limit, and says that the run goes on', async () => {
    const { ask, asked } = answers(failed('query.timeout'));
    const watching = collect(ask, byRun, { pollMs: 100, troubleLimitMs: 1_000 });
    await expect(watching).rejects.toMatchObject({
      failure: {
        type: 'conductor.absent',
        retryable: true,
        message: expect.stringContaining('goes on with the conductor'),
      },
    });
    expect(asked).toHaveLength(11);
  });

  it('counts the limit anew after an answer', async () => {
    const trouble = failed('query.timeout');
    const { ask } = answers(trouble, trouble, runOf(), trouble, trouble, done());
    const views = await collect(ask, byRun, { pollMs: 100, troubleLimitMs: 150 });
    expect(views).toHaveLength(2);
  });

  it('waits for a request that has not become a run yet', async () => {
    const { ask } = answers(failed('run.unknown'), failed('run.unknown'), done());
    expect(await collect(ask, byRequest)).toHaveLength(1);
  });

  it('gives up on a request that never becomes a run', async () => {
    const { ask } = answers(failed('run.unknown'));
    const watching = collect(ask, byRequest, { pollMs: 100, appearLimitMs: 300 });
    await expect(watching).rejects.toMatchObject({ failure: { type: 'run.unknown' } });
  });

  it('does not wait for a run id that nobody knows', async () => {
    const { ask, asked } = answers(failed('run.unknown'));
    await expect(collect(ask, byRun)).rejects.toMatchObject({ failure: { type: 'run.unknown' } });
    expect(asked).toHaveLength(1);
  });

  it('passes on at once a failure that asking again cannot help', async () => {
    const { ask, asked } = answers(failed('query.bad-reply'));
    await expect(collect(ask, byRun)).rejects.toMatchObject({ failure: { type: 'query.bad-reply' } });
    expect(asked).toHaveLength(1);
  });

  it('stops without an error when the signal fires', async () => {
    const { ask } = answers(runOf());
    const pacing = new FakePacing();
    const stop = new AbortController();
    pacing.onSleep = () => {
      if (pacing.slept.length === 3) stop.abort();
    };
    expect(await collect(ask, byRun, { signal: stop.signal }, pacing)).toHaveLength(3);
  });
});
