import { Logger } from '@nestjs/common';
import type { RunSummary } from '#contracts';
import type { ConsoleClient } from '../ports.js';
import type { Channel, ChannelEvent } from './channel.js';
import { changeBetween, overviewOf, type LiveOverview } from './overview-change.js';

const RUNS_SHOWN = 50;

interface Picture {
  readonly overview: LiveOverview;
  readonly runs: readonly RunSummary[];
}

/** Keeps the overview's channel up to date: one question for all viewers. */
export class OverviewFeed {
  private readonly logger = new Logger('console');
  private picture: Picture | undefined;
  private trouble: string | null = null;

  constructor(private readonly client: ConsoleClient) {}

  /** What a viewer that comes is given first. */
  current(): readonly ChannelEvent[] {
    const events = this.picture ? [this.snapshotEvent(this.picture)] : [];
    return [...events, { event: 'trouble', data: { trouble: this.trouble } }];
  }

  /** Looks once and publishes what changed. */
  async refresh(channel: Channel): Promise<void> {
    let picture: Picture;
    try {
      const [snapshot, runs] = await Promise.all([this.client.snapshot(), this.client.runs(RUNS_SHOWN)]);
      picture = { overview: overviewOf(snapshot), runs };
    } catch (error) {
      this.setTrouble(channel, error instanceof Error ? error.message : String(error));
      return;
    }
    this.setTrouble(channel, null);
    const before = this.picture;
    this.picture = picture;
    if (!before) {
      channel.publish(this.snapshotEvent(picture));
      return;
    }
    const change = changeBetween(before.overview, picture.overview);
    if (change) channel.publish({ event: 'change', data: change });
    if (JSON.stringify(before.runs) !== JSON.stringify(picture.runs)) {
      channel.publish({ event: 'runs', data: { runs: picture.runs } });
    }
  }

  private snapshotEvent({ overview, runs }: Picture): ChannelEvent {
    return { event: 'snapshot', data: { ...overview, runs } };
  }

  /** Viewers are told that what they see is old, and why. */
  private setTrouble(channel: Channel, trouble: string | null): void {
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    if (trouble !== null) this.logger.warn({ event: 'live.trouble', message: trouble });
    channel.publish({ event: 'trouble', data: { trouble } });
  }
}
