import type { Channel, ChannelModel } from 'amqplib';
import { backoffMs, pause } from './backoff.js';
import type { BrokerConnection } from './connection.js';
import { within } from './deferred.js';
import { messageOf, type MessagingLog } from './log.js';

const CLOSE_TIMEOUT_MS = 5_000;
const STABLE_AFTER_MS = 5_000;

export interface ChannelUse<C extends Channel> {
  open(model: ChannelModel): Promise<C>;
  /** Runs on every new channel: prefetch, consume, or taking up work again. A rejection closes the channel and tries anew. */
  ready(channel: C): Promise<void>;
  /** The channel is gone; everything in flight on it has an unknown outcome, and its delivery tags are void. */
  lost(error: ChannelError | undefined): void;
}

/** What the broker said when it closed a channel; `code` is the AMQP reply code. */
export interface ChannelError extends Error {
  readonly code?: number;
}

/**
 * A channel that is opened again after every loss, whether the connection broke or the broker closed only the channel. One loop
 * waits for the connection, opens, uses, and sees the end; so a reconnect and a re-open never race.
 */
export class KeptChannel<C extends Channel> {
  private readonly stopping = new AbortController();
  private readonly life: Promise<void>;
  private channel: C | undefined;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly name: string,
    private readonly use: ChannelUse<C>,
    private readonly log: MessagingLog,
  ) {
    this.life = this.live();
  }

  /** The open channel, or undefined between two. */
  get current(): C | undefined {
    return this.channel;
  }

  /** Gives up the present channel and opens another. */
  recycle(why: string): void {
    const { channel } = this;
    if (!channel || this.stopping.signal.aborted) return;
    this.log.warn({ event: 'broker.channel-recycled', message: `channel ${this.name} is opened anew: ${why}` });
    closeChannel(channel).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.stopping.abort();
    if (this.channel) await closeChannel(this.channel).catch(() => undefined);
    await within(this.life, CLOSE_TIMEOUT_MS, () => new Error(`channel ${this.name} did not end`)).catch(
      (error: unknown) => {
        this.log.warn({ event: 'broker.channel-stuck', message: messageOf(error) });
      },
    );
  }

  private async live(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      const since = performance.now();
      const error = await this.liveOnce();
      if (this.stopping.signal.aborted) break;
      if (error)
        this.log.warn({
          event: 'broker.channel-lost',
          message: `channel ${this.name}: ${error.message}; opening it again`,
        });
      failures = performance.now() - since > STABLE_AFTER_MS ? 0 : failures + 1;
      await pause(backoffMs(failures, Math.random), this.stopping.signal);
    }
  }

  /** Opens the channel and serves it to its end. */
  private async liveOnce(): Promise<ChannelError | undefined> {
    let failed: ChannelError | undefined;
    let opened: C | undefined;
    try {
      const model = await this.whileOpen(this.connection.model());
      if (!model) return undefined;
      opened = await this.use.open(model);
      const channel = opened;
      const ended = new Promise<void>((resolve) => {
        channel.on('close', resolve);
      });
      channel.on('error', (error) => {
        failed = error;
      });
      channel.on('handler-error', (error, eventName) => {
        this.log.error({
          event: 'broker.listener-failed',
          message: `a listener of ${eventName} on ${this.name} threw: ${error.message}`,
        });
      });
      if (this.stopping.signal.aborted) throw new Error('closing');
      this.channel = channel;
      await this.use.ready(channel);
      await ended;
    } catch (error) {
      failed ??= error instanceof Error ? error : new Error(messageOf(error));
      if (opened) await closeChannel(opened).catch(() => undefined);
    } finally {
      this.channel = undefined;
    }
    if (opened) this.use.lost(failed);
    return failed;
  }

  private whileOpen(model: Promise<ChannelModel>): Promise<ChannelModel | undefined> {
    const { signal } = this.stopping;
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    return Promise.race([model, stopped]);
  }
}

/** Closing a channel that is closed already throws at once; that is the state wanted. */
async function closeChannel(channel: Channel): Promise<void> {
  await within(
    Promise.resolve().then(() => channel.close()),
    CLOSE_TIMEOUT_MS,
    () => new Error('the broker did not confirm the close of a channel'),
  );
}
