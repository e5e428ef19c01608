import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ProblemError, problem } from '../http/problem.js';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';
import { Channel, type Viewer } from './channel.js';
import { OverviewFeed } from './overview-feed.js';
import { RunFeed } from './run-feed.js';

/** Streams open at once, over all views. */
export const VIEWERS_MAX = 500;
const OVERVIEW_EVERY_MS = 1_000;
const BEAT_EVERY_MS = 15_000;
/** A run's channel is kept this long after its last viewer left, for the one who only reloads the page. */
const RUN_LINGER_MS = 60_000;

interface RunChannel {
  readonly channel: Channel;
  readonly stop: AbortController;
  linger: NodeJS.Timeout | undefined;
}

/** Every live view of this console. Whatever the number of viewers, each view is asked for once, and only while somebody looks. */
@Injectable()
export class LiveHub implements OnApplicationShutdown {
  private readonly epoch = randomUUID().slice(0, 8);
  private readonly feed: OverviewFeed;
  private readonly overview: Channel;
  private readonly runs = new Map<string, RunChannel>();
  private readonly beat: NodeJS.Timeout;
  private looking: NodeJS.Timeout | undefined;
  private viewers = 0;
  private isClosed = false;

  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {
    this.feed = new OverviewFeed(client);
    this.overview = new Channel(this.epoch, () => this.feed.current());
    this.beat = setInterval(() => this.beatAll(), BEAT_EVERY_MS);
    this.beat.unref();
  }

  /** Gives back what ends it. */
  watchOverview(viewer: Viewer, lastEventId: string | undefined): () => void {
    this.count();
    this.overview.join(viewer, lastEventId);
    if (!this.looking) this.look();
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

  onApplicationShutdown(): void {
    this.isClosed = true;
    clearInterval(this.beat);
    clearTimeout(this.looking);
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

  private look(): void {
    this.looking = setTimeout(() => {
      void this.feed.refresh(this.overview).finally(() => {
        this.looking = undefined;
        if (this.overview.isWatched && !this.isClosed) this.look();
      });
    }, OVERVIEW_EVERY_MS);
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
