import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { ParkingService } from '#contracts';
import type { Broker } from '../broker.js';
import { within } from '../connection/deferred.js';
import type { QueueConsumer, QueueOptions } from '../consuming/queue-consumer.js';
import { AMQP_TRANSPORT, readPattern } from './handles.js';
import { arrange, type FoundHandler } from './registry.js';

/** A service that cannot consume its queues within this does not start; what is wrong is in the log by then. */
const START_LIMIT_MS = 30_000;

export interface AmqpStrategyOptions {
  readonly queues: readonly QueueOptions[];
  /** Whose `.error` and `.skipped` queues take what cannot be handled. */
  readonly parkAs: ParkingService;
  /** True: a message under a member's routing key must come from that member's broker user. */
  readonly verifySender: boolean;
  /** True for an error that says: what this service needs is out of reach. The message in hand is held until it is back. */
  isOutage?(error: unknown): boolean;
}

/** Nest's side of messaging: finds the `@Handles` methods and has the broker's consumers call them. */
export class AmqpStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = AMQP_TRANSPORT;
  override readonly propagatesEventHandlerErrors = true;
  private readonly found: FoundHandler[] = [];
  private consumers: readonly QueueConsumer[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly options: AmqpStrategyOptions,
  ) {
    super();
  }

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    super.addHandler(pattern, callback, isEventHandler, extras);
    const read = typeof pattern === 'string' ? readPattern(pattern) : undefined;
    if (!read)
      throw new Error(
        `handlers of this transport are declared with @Handles, not with the pattern ${JSON.stringify(pattern)}`,
      );
    const where: unknown = extras[String(pattern)];
    this.found.push({
      ...read,
      where: typeof where === 'string' ? where : 'an unnamed handler',
      // Nest's handler resolves to a stream before the work is done: only the stream's end is the end of the work.
      handle: async (data, context) =>
        lastValueFrom(this.transformToObservable(await callback(data, context)), { defaultValue: undefined }),
    });
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    let failed: unknown;
    try {
      await this.start();
    } catch (error) {
      failed = error;
    }
    callback(failed);
  }

  /** Stops consuming and finishes what is in hand. The broker stays open: services still send their last words. */
  async close(): Promise<void> {
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
    this.consumers = [];
  }

  on(): never {
    throw new Error('this transport has no events to listen to; see Broker.figures');
  }

  unwrap(): never {
    throw new Error('this transport hides its connections; inject the Broker instead');
  }

  private async start(): Promise<void> {
    const arranged = arrange(this.found, this.options.queues);
    for (const { where, type, queue } of this.found) {
      this.broker.log.log({ event: 'handler.found', message: `${where} {${type}} <- ${queue}` });
    }
    this.consumers = [...arranged].map(([queue, handlers]) => this.broker.consume(queue, handlers, this.options));
    const names = this.options.queues.map((queue) => queue.name).join(', ');
    const late = (): Error =>
      new Error(`the queues ${names} could not all be consumed within ${START_LIMIT_MS} ms; the lines above say why`);
    try {
      await within(Promise.all(this.consumers.map((consumer) => consumer.consuming)), START_LIMIT_MS, late);
    } catch (error) {
      await this.close();
      throw error;
    }
  }
}
