import type { RunLogEntry, RunView } from '#contracts';
import { HISTORY_LIMIT } from '#client';
import type { ConsoleClient } from '../ports.js';
import type { Channel, ChannelEvent } from './channel.js';
import { runChange } from './run-change.js';

/** Keeps the channel of one run up to date until the run is over. */
export class RunFeed {
  private run: RunView | undefined;
  private readonly log: RunLogEntry[] = [];
  private trouble: string | null = null;

  constructor(
    private readonly client: ConsoleClient,
    private readonly runId: string,
  ) {}

  current(): readonly ChannelEvent[] {
    const events = this.run ? [{ event: 'run', data: { ...this.run, log: this.log } }] : [];
    return [...events, { event: 'trouble', data: { trouble: this.trouble } }];
  }

  /** Publishes each view until the run is over or nobody watches. */
  async follow(channel: Channel, signal: AbortSignal): Promise<void> {
    const afterSequence = this.log.at(-1)?.sequence ?? 0;
    const onTrouble = (error: Error | null): void => {
      this.trouble = error?.message ?? null;
      channel.publish({ event: 'trouble', data: { trouble: this.trouble } });
    };
    try {
      for await (const view of this.client.watch(this.runId, { signal, afterSequence, onTrouble })) {
        this.take(channel, view);
      }
    } catch (error) {
      onTrouble(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private take(channel: Channel, view: RunView): void {
    const before = this.run;
    this.run = view;
    this.log.push(...view.log);
    if (this.log.length > HISTORY_LIMIT) this.log.splice(0, this.log.length - HISTORY_LIMIT);
    if (!before) {
      channel.publish({ event: 'run', data: { ...view, log: this.log } });
      return;
    }
    const change = runChange(before, view);
    if (change) channel.publish({ event: 'change', data: change });
  }
}
