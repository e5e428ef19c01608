import { Logger } from '@nestjs/common';
import type { ConsoleCounts } from '../monitoring/counts.js';
import type { ConsoleClient } from '../ports.js';
import type { Channel, ChannelEvent } from './channel.js';
import { RUNS_SHOWN, SAME_MOMENT_MS } from './limits.js';
import { NO_WORK, pictureOf, type Overview, type Picture, type Work } from './overview.js';
import { publishView } from './publish-view.js';

/** Keeps the overview's channel up to date: one question to each service for all viewers. One that does not answer keeps nothing of the other back. */
export class OverviewFeed {
  private readonly logger = new Logger('console');
  /** As its viewers know it. */
  private view: Overview | undefined;
  private trouble: string | null = null;

  constructor(
    private readonly client: ConsoleClient,
    private readonly counts: ConsoleCounts,
  ) {}

  /** What a viewer that comes is given first. */
  current(): readonly ChannelEvent[] {
    return [
      ...(this.view ? [{ event: 'snapshot', data: this.view }] : []),
      { event: 'trouble', data: { trouble: this.trouble } },
    ];
  }

  /** Looks once and publishes what changed. False: not everybody answered. */
  async refresh(channel: Channel): Promise<boolean> {
    const [picture, work] = await Promise.allSettled([
      this.counts.look('inventory', () => this.askInventory()),
      this.counts.look('conductor', () => this.askConductor()),
    ]);
    this.setTrouble(channel, [picture, work]);
    const seen = picture.status === 'fulfilled' ? picture.value : this.view;
    if (!seen) return false;
    const told = work.status === 'fulfilled' ? work.value : {};
    const now = { ...NO_WORK, ...this.view, ...seen, ...told };
    this.view = publishView(channel, this.view, now, { sameMomentMs: SAME_MOMENT_MS });
    return this.trouble === null;
  }

  /** Nobody looks any more: whoever comes next is not shown what was true long ago. */
  forget(): void {
    this.view = undefined;
    this.trouble = null;
  }

  private async askInventory(): Promise<Picture> {
    return pictureOf(await this.client.snapshot());
  }

  private async askConductor(): Promise<Work> {
    const [runs, maintenance] = await Promise.all([this.client.runs(RUNS_SHOWN), this.client.maintenance()]);
    const { service: _, ...standing } = maintenance;
    return { runs, maintenance: standing };
  }

  /** Viewers are told that what they see is old, and why. */
  private setTrouble(channel: Channel, looks: readonly PromiseSettledResult<unknown>[]): void {
    const reasons = looks.flatMap((look) => (look.status === 'rejected' ? [messageOf(look.reason)] : []));
    const trouble = reasons.length === 0 ? null : [...new Set(reasons)].join(' ');
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    if (trouble !== null) this.logger.warn({ event: 'live.trouble', message: trouble });
    channel.publish({ event: 'trouble', data: { trouble } });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
