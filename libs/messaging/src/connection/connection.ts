import { connect, type ChannelModel } from 'amqplib';
import { failure, FailureError } from '#contracts';
import { backoffMs, pause } from './backoff.js';
import type { BrokerUrl } from './broker-url.js';
import { deferred, within, type Deferred } from './deferred.js';
import { messageOf, type MessagingLog } from './log.js';

const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;
/** A connection that ended sooner did not work, and the back-off goes on growing. */
const STABLE_AFTER_MS = 5_000;

/**
 * One connection to the broker that is made again whenever it is lost, trying the hosts in turn. Its whole life is one loop,
 * so a loss, a failed try and a close can never run against each other.
 */
export class BrokerConnection {
  private readonly stopping = new AbortController();
  private readonly life: Promise<void>;
  private up: Deferred<ChannelModel> = deferred();
  private current: ChannelModel | undefined;
  /** The host that is connected, or was last: its label, without credentials. */
  place: string | undefined;
  private lastError: string | undefined;
  /** Why the broker takes no messages at present (memory or disk alarm), if it says so. */
  blockedBecause: string | undefined;

  constructor(
    private readonly hosts: readonly BrokerUrl[],
    /** Shown in the management UI: `service@instance/role`. */
    readonly name: string,
    private readonly log: MessagingLog,
  ) {
    this.life = this.live();
  }

  get connected(): boolean {
    return this.current !== undefined;
  }

  /** The live connection, as soon as there is one. Rejects once closed. */
  model(): Promise<ChannelModel> {
    return this.up.promise;
  }

  /** Resolves when connected; rejects, saying what was tried and what came of it, when that takes longer than the limit. */
  async ready(timeoutMs: number): Promise<void> {
    await within(this.up.promise, timeoutMs, () => {
      const places = this.hosts.map((host) => host.label).join(', ');
      const why = this.lastError ?? 'no answer';
      const advice = 'Check that the broker runs, the address, and the user with its password and virtual host.';
      return new FailureError(
        failure(
          'broker.unreachable',
          `no connection to the broker at ${places} within ${timeoutMs} ms: ${why}. ${advice}`,
          {
            retryable: true,
          },
        ),
      );
    });
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.up.reject(new Error(`the connection ${this.name} is closed`));
    if (this.current) await closeQuietly(this.current);
    await this.life;
  }

  private async live(): Promise<void> {
    let failures = 0;
    for (let turn = 0; !this.stopping.signal.aborted; turn += 1) {
      const host = this.hosts[turn % this.hosts.length];
      if (!host) throw new Error('a connection needs at least one host');
      const since = performance.now();
      try {
        await this.connectOnce(host);
      } catch (error) {
        this.lastError = messageOf(error);
        this.log.warn({
          event: 'broker.unreachable',
          message: `no connection ${this.name} to ${host.label}: ${this.lastError}; trying again`,
        });
      }
      failures = performance.now() - since > STABLE_AFTER_MS && this.lastError === undefined ? 0 : failures + 1;
      await pause(backoffMs(failures, Math.random), this.stopping.signal);
    }
  }

  /** Resolves when a connection that worked has ended; rejects when none could be made. */
  private async connectOnce(host: BrokerUrl): Promise<void> {
    const model = await connect(host.url, {
      // Without it Nagle and delayed acknowledgements cost 44 ms a message (toolchain.md section 5).
      noDelay: true,
      timeout: CONNECT_TIMEOUT_MS,
      clientProperties: { connection_name: this.name },
    });
    const ended = this.watch(model, host);
    if (this.stopping.signal.aborted) {
      await closeQuietly(model);
      return;
    }
    this.lastError = undefined;
    this.current = model;
    this.place = host.label;
    this.up.resolve(model);
    this.log.log({ event: 'broker.connected', message: `${this.name} is connected to ${host.label}` });
    const reason = await ended;
    this.current = undefined;
    this.blockedBecause = undefined;
    if (this.stopping.signal.aborted) return;
    this.up = deferred();
    this.log.warn({
      event: 'broker.connection-lost',
      message: `${this.name} lost ${host.label}: ${reason}; connecting again`,
    });
  }

  /** Every listener is in place before the first use: an `error` event without one would end the process. */
  private watch(model: ChannelModel, host: BrokerUrl): Promise<string> {
    let reason = 'closed';
    model.on('error', (error) => {
      reason = error.message;
    });
    model.on('handler-error', (error, eventName) => {
      this.log.error({
        event: 'broker.listener-failed',
        message: `a listener of ${eventName} on ${this.name} threw: ${error.message}`,
      });
    });
    model.on('blocked', (why) => {
      this.blockedBecause = why;
      this.log.warn({ event: 'broker.blocked', message: `${host.label} takes no messages: ${why}; they wait here` });
    });
    model.on('unblocked', () => {
      this.blockedBecause = undefined;
      this.log.log({ event: 'broker.unblocked', message: `${host.label} takes messages again` });
    });
    return new Promise((resolve) => {
      model.on('close', (error) => resolve(error?.message ?? reason));
    });
  }
}

/** A connection that is already gone is closed; any other way of failing leaves nothing to be done either. */
async function closeQuietly(model: ChannelModel): Promise<void> {
  await within(model.close(), CLOSE_TIMEOUT_MS, () => new Error('the broker did not confirm the close')).catch(
    () => undefined,
  );
}
