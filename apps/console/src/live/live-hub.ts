import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { restAfter } from '#client';
import { ProblemError, problem } from '../http/problem.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';
import { ConsoleCounts } from '../monitoring/counts.js';
import { Channel, type Viewer } from './channel.js';
import { BEAT_EVERY_MS, IDLE_LOOKS_MAX, LOOK_EVERY_MS, RUN_LINGER_MS, VIEWERS_MAX } from './limits.js';
import { OverviewFeed } from './overview-feed.js';
import { RunFeed } from './run-feed.js';

/** Who watches. */
export interface LiveFigures {
  readonly overviewViewers: number;
  readonly runViewers: number;
}

interface RunChannel {
  readonly channel: Channel;
  readonly stop: AbortController;
  linger: NodeJS.Timeout | undefined;
}

/** Every live view of this console. Whatever the number of viewers, each view is asked for once, and only while somebody looks. */
@Injectable()
export class LiveHub implements BeforeApplicationShutdown {
  private readonly epoch = randomUUID().slice(0, 8);
  private readonly feed: OverviewFeed;
  private readonly overview: Channel;
  private readonly runs = new Map<string, RunChannel>();
  private readonly beat: NodeJS.Timeout;
  private readonly closing = new AbortController();
  private isLooking = false;
  private viewers = 0;

  constructor(
    @Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient,
    @Inject(ConsoleCounts) counts: ConsoleCounts,
  ) {
    this.feed = new OverviewFeed(client, counts);
    this.overview = new Channel(this.epoch, () => this.feed.current());
    this.beat = setInterval(() => this.beatAll(), BEAT_EVERY_MS);
    this.beat.unref();
  }

  /** Gives back what ends it. */
  watchOverview(viewer: Viewer, lastEventId: string | undefined): () => void {
    this.count();
    this.overview.join(viewer, lastEventId);
    if (!this.isLooking) void this.keepLooking();
    return () => this.leave(this.overview, viewer);
  }

  watchRun(runId: string, viewer: Viewer, lastEventId: string | undefined): () => void {
    this.count();
    const run = this.runs.get(runId) ?? this.openRun(runId);
    clearTimeout(run.linger);
    run.channel.join(viewer, lastEventId);
    return () => {
      this.leave(run.channel, viewer);
      if (!run.channel.isWatched) run.linger = setTimeout(() => this.closeRun(runId), RUN_LINGER_MS).unref();
    };
  }

  figures(): LiveFigures {
    const runViewers = [...this.runs.values()].map(({ channel }) => channel.viewerCount);
    return {
      overviewViewers: this.overview.viewerCount,
      runViewers: runViewers.reduce((sum, count) => sum + count, 0),
    };
  }

  /** Before the server closes, which waits for every stream to end. */
  beforeApplicationShutdown(): void {
    this.closing.abort();
    clearInterval(this.beat);
    this.overview.close();
    for (const runId of this.runs.keys()) this.closeRun(runId);
  }

  private count(): void {
    if (this.viewers >= VIEWERS_MAX) {
      throw new ProblemError(
        problem(
          503,
          'live.full',
          `This console has ${VIEWERS_MAX} live views open, and that is its limit. Close some, or use another console.`,
        ),
      );
    }
    this.viewers += 1;
  }

  private leave(channel: Channel, viewer: Viewer): void {
    this.viewers -= 1;
    channel.leave(viewer);
  }

  /** Looks at once, because somebody waits for it, and then again and again while anybody watches. */
  private async keepLooking(): Promise<void> {
    const { signal } = this.closing;
    this.isLooking = true;
    for (let idleLooks = 0; idleLooks < IDLE_LOOKS_MAX && !signal.aborted;) {
      const sinceMs = performance.now();
      const isAnswered = await this.feed.refresh(this.overview);
      const restMs = isAnswered ? restAfter(performance.now() - sinceMs, LOOK_EVERY_MS) : LOOK_EVERY_MS;
      await pause(restMs, undefined, { signal, ref: false }).catch(() => undefined);
      idleLooks = this.overview.isWatched ? 0 : idleLooks + 1;
    }
    this.feed.forget();
    this.isLooking = false;
  }

  private openRun(runId: string): RunChannel {
    const feed = new RunFeed(this.client, runId);
    const stop = new AbortController();
    const channel = new Channel(this.epoch, () => feed.current());
    const run: RunChannel = { channel, stop, linger: undefined };
    this.runs.set(runId, run);
    void feed.follow(channel, stop.signal);
    return run;
  }

  private closeRun(runId: string): void {
    const run = this.runs.get(runId);
    if (!run) return;
    clearTimeout(run.linger);
    run.stop.abort();
    run.channel.close();
    this.runs.delete(runId);
  }

  private beatAll(): void {
    this.overview.beat();
    for (const { channel } of this.runs.values()) channel.beat();
  }
}
