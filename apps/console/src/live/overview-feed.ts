import { Logger } from '@nestjs/common';
import type { MaintenanceView, RunSummary } from '#contracts';
import type { ConsoleClient } from '../ports.js';
import type { Channel, ChannelEvent } from './channel.js';
import { changeBetween, overviewOf, type LiveOverview } from './overview-change.js';

const RUNS_SHOWN = 50;

/** What the conductor tells; null where it has not told yet. */
interface Work {
  readonly runs: readonly RunSummary[];
  readonly maintenance: MaintenanceView | null;
}

const NO_WORK: Work = { runs: [], maintenance: null };

/** Keeps the overview's channel up to date: one question to each service for all viewers. One that does not answer keeps nothing of the other back. */
export class OverviewFeed {
  private readonly logger = new Logger('console');
  private overview: LiveOverview | undefined;
  private work: Work = NO_WORK;
  private trouble: string | null = null;

  constructor(private readonly client: ConsoleClient) {}

  /** What a viewer that comes is given first. */
  current(): readonly ChannelEvent[] {
    return [
      ...(this.overview ? [{ event: 'snapshot', data: { ...this.overview, ...this.work } }] : []),
      { event: 'trouble', data: { trouble: this.trouble } },
    ];
  }

  /** Looks once and publishes what changed. */
  async refresh(channel: Channel): Promise<void> {
    const [overview, work] = await Promise.allSettled([this.askInventory(), this.askConductor()]);
    const before = { overview: this.overview, work: this.work };
    if (overview.status === 'fulfilled') this.overview = overview.value;
    if (work.status === 'fulfilled') this.work = work.value;
    this.setTrouble(channel, [overview, work]);
    if (!this.overview) return;
    if (!before.overview) {
      channel.publish({ event: 'snapshot', data: { ...this.overview, ...this.work } });
      return;
    }
    const change = changeBetween(before.overview, this.overview);
    if (change) channel.publish({ event: 'change', data: change });
    const { runs, maintenance } = this.work;
    if (differ(before.work.runs, runs)) channel.publish({ event: 'runs', data: { runs } });
    if (differ(before.work.maintenance, maintenance)) channel.publish({ event: 'maintenance', data: { maintenance } });
  }

  /** Nobody looks any more: whoever comes next is not shown what was true long ago. */
  forget(): void {
    this.overview = undefined;
    this.work = NO_WORK;
    this.trouble = null;
  }

  private async askInventory(): Promise<LiveOverview> {
    return overviewOf(await this.client.snapshot());
  }

  private async askConductor(): Promise<Work> {
    const [runs, maintenance] = await Promise.all([this.client.runs(RUNS_SHOWN), this.client.maintenance()]);
    return { runs, maintenance };
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

function differ(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) !== JSON.stringify(right);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
