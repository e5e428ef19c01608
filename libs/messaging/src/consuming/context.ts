import { BaseRpcContext } from '@nestjs/microservices';
import type { Envelope } from '#contracts';
import type { Inbound } from './inbound.js';

/** What a handler may know of its message besides the data: `@Ctx() context: MessageContext`. */
export class MessageContext extends BaseRpcContext<[Envelope, Inbound]> {
  constructor(
    readonly envelope: Envelope,
    private readonly inbound: Inbound,
    private readonly onHandedOn: () => void = () => undefined,
  ) {
    super([envelope, inbound]);
  }

  /**
   * Says that the message has its place in an order of the handler's own, as `work`: in a queue whose messages are handled one after the
   * other the next one may begin, and this one is acknowledged when the work is done. A message that fails later is tried again behind those.
   */
  handOn<Result>(work: Promise<Result>): Promise<Result> {
    this.onHandedOn();
    return work;
  }

  get queue(): string {
    return this.inbound.queue;
  }

  /** The key the message was first sent with, also after it went through a wait queue. */
  get routingKey(): string {
    return this.inbound.routingKey;
  }

  get exchange(): string {
    return this.inbound.exchange;
  }

  /** The broker user who sent it, as checked by the broker; undefined where the sender set none. */
  get senderUser(): string | undefined {
    return this.inbound.senderUser;
  }

  /** A hint only: delivery is at least once, and a first delivery may be a repetition too. */
  get redelivered(): boolean {
    return this.inbound.message.fields.redelivered || this.inbound.waits > 0;
  }
}
