import type { RunView } from '#contracts';
import type { ConsoleClient } from '../ports.js';
import type { Channel, ChannelEvent } from './channel.js';
import { LOG_SHOWN_MAX, LOOK_EVERY_MS } from './limits.js';
import { publishView } from './publish-view.js';

/** Keeps the channel of one run up to date until the run is over. */
export class RunFeed {
  private run: RunView | undefined;
  private trouble: string | null = null;

  constructor(
    private readonly client: ConsoleClient,
    private readonly runId: string,
  ) {}

  current(): readonly ChannelEvent[] {
    const events = this.run ? [{ event: 'snapshot', data: this.run }] : [];
    return [...events, { event: 'trouble', data: { trouble: this.trouble } }];
  }

  /** Publishes each view until the run is over or nobody watches. */
  async follow(channel: Channel, signal: AbortSignal): Promise<void> {
    const onTrouble = (error: Error | null): void => {
      this.trouble = error?.message ?? null;
      channel.publish({ event: 'trouble', data: { trouble: this.trouble } });
    };
    const options = { signal, onTrouble, pollMs: LOOK_EVERY_MS };
    try {
      for await (const view of this.client.watch(this.runId, options)) this.take(channel, view);
    } catch (error) {
      onTrouble(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Each view carries only history that earlier ones did not. */
  private take(channel: Channel, view: RunView): void {
    const log = [...(this.run?.log ?? []), ...view.log].slice(-LOG_SHOWN_MAX);
    this.run = publishView(channel, this.run, { ...view, log });
  }
}
