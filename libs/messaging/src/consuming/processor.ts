import { randomUUID } from 'node:crypto';
import { failure, FailureError, type Failure, type ParkingService } from '#contracts';
import { pause } from '../connection/backoff.js';
import { messageOf, type MessagingLog } from '../connection/log.js';
import { Hold, type QueueCounts } from '../figures.js';
import type { ConfirmedChannel } from '../publishing/confirmed-channel.js';
import type { Sender, Transmission } from '../publishing/properties.js';
import type { Answers } from '../queries/answers.js';
import { replyTransmission } from '../queries/reply.js';
import { inTrace } from '../tracing/trace.js';
import { MessageContext } from './context.js';
import { decode, type Decoded, type Rejection } from './decode.js';
import { afterFailure } from './failure-policy.js';
import type { Handlers } from './handler.js';
import type { Inbound } from './inbound.js';
import { parkedCopy, waitingCopy } from './putting-away.js';

/** A copy that cannot be confirmed within this leaves the original unacknowledged with the broker. */
const PUT_AWAY_LIMIT_MS = 30_000;

export interface ProcessorOptions {
  readonly parkAs: ParkingService;
  readonly verifySender: boolean;
  /** True for an error that says: what this service needs is out of reach, and every message would fail. */
  isOutage?(error: unknown): boolean;
  readonly source: string;
  readonly sender: Sender;
}

/**
 * What happens to one delivery between its arrival and its acknowledgement. A fulfilled promise means that the message is dealt with
 * and may be acknowledged: handled, answered, put into a wait queue, or parked. A rejected one means that it must stay with the broker.
 */
export class Processor {
  constructor(
    private readonly channel: Pick<ConfirmedChannel, 'transmit'>,
    private readonly answers: Pick<Answers, 'send'>,
    private readonly options: ProcessorOptions,
    private readonly counts: QueueCounts,
    private readonly log: MessagingLog,
  ) {}

  /** `onHandedOn` is called when the handler lets the next message begin before this one is dealt with. */
  async process(
    inbound: Inbound,
    handlers: Handlers,
    answers: boolean,
    stopping: AbortSignal,
    onHandedOn?: () => void,
  ): Promise<void> {
    const decoding = decode(inbound, { newId: randomUUID, now: new Date(), verifySender: this.options.verifySender });
    if (decoding.kind === 'rejected') {
      await this.reject(inbound, idOf(inbound), decoding.rejection, answers);
      return;
    }
    const { decoded } = decoding;
    const handler = handlers.get(decoded.contract.type);
    if (!handler) {
      const message = `nothing in this service handles ${decoded.contract.type} from queue ${inbound.queue}`;
      await this.reject(
        inbound,
        decoded.envelope.id,
        { park: 'skipped', reason: 'no-handler', message, violations: [] },
        answers,
      );
      return;
    }
    const context = new MessageContext(decoded.envelope, inbound, onHandedOn);
    const run = (): Promise<unknown> =>
      inTrace(decoded.envelope.traceparent, () => handler.handle(decoded.envelope.data, context));
    if (isQuestion(decoded)) {
      await this.answer(inbound, decoded, run, answers);
      this.counts.handled += 1;
    } else await this.handle(inbound, decoded, run, stopping);
  }

  private async handle(
    inbound: Inbound,
    decoded: Decoded,
    run: () => Promise<unknown>,
    stopping: AbortSignal,
  ): Promise<void> {
    const hold = new Hold(this.counts);
    try {
      await this.handleUntilDealtWith(inbound, decoded, run, stopping, hold);
    } finally {
      hold.set(false);
    }
  }

  private async handleUntilDealtWith(
    inbound: Inbound,
    decoded: Decoded,
    run: () => Promise<unknown>,
    stopping: AbortSignal,
    hold: Hold,
  ): Promise<void> {
    const sinceMs = performance.now();
    for (let tries = 1; ; tries += 1) {
      try {
        await run();
        this.counts.handled += 1;
        return;
      } catch (error) {
        const isOutage = this.options.isOutage?.(error) ?? false;
        // It goes back to the queue: whoever consumes that next has it at once.
        if (isOutage && stopping.aborted) throw error;
        const heldMs = isOutage ? performance.now() - sinceMs : undefined;
        const next = afterFailure(error, tries, inbound.waits, heldMs);
        switch (next.kind) {
          case 'retry':
            if (!isOutage || !hold.isHeld)
              this.log.warn({
                event: isOutage ? 'message.held' : 'message.retried',
                message: `${nameOf(inbound, decoded)} failed: ${messageOf(error)}; trying again`,
              });
            hold.set(isOutage);
            this.counts.retries += 1;
            await pause(next.delayMs, isOutage ? stopping : undefined);
            break;
          case 'wait':
            this.log.warn({
              event: 'message.delayed',
              message: `${nameOf(inbound, decoded)} failed: ${messageOf(error)}; again in ${next.step}`,
            });
            await this.putAway(waitingCopy(inbound, next.step, this.meta(decoded.envelope.id)));
            this.counts.delayed += 1;
            return;
          case 'park':
            await this.reject(inbound, decoded.envelope.id, next.rejection, false);
            return;
          default: {
            const unknown: never = next;
            throw new Error(`unknown step ${JSON.stringify(unknown)}`, { cause: error });
          }
        }
      }
    }
  }

  /** A question is asked again by its asker if need be; it is never retried, delayed or parked for a handler's failure. */
  private async answer(
    inbound: Inbound,
    decoded: Decoded,
    run: () => Promise<unknown>,
    answers: boolean,
  ): Promise<void> {
    let reply: unknown;
    try {
      reply = await run();
    } catch (error) {
      this.log.warn({
        event: 'query.failed',
        message: `${nameOf(inbound, decoded)} was answered with a failure: ${messageOf(error)}`,
      });
      if (answers)
        this.reply(inbound, decoded.envelope.id, failureOf(error, decoded.contract.type), decoded.contract.type);
      return;
    }
    if (reply !== undefined && reply !== null && answers)
      this.reply(inbound, decoded.envelope.id, reply, decoded.contract.type);
  }

  private async reject(inbound: Inbound, id: string, rejection: Rejection, answers: boolean): Promise<void> {
    await this.putAway(parkedCopy(inbound, rejection, this.options.parkAs, this.meta(id)));
    this.counts[rejection.park === 'error' ? 'parked' : 'skipped'] += 1;
    this.log.error({
      event: 'message.parked',
      message: `message ${id} from ${inbound.queue} was parked as ${rejection.park} (${rejection.reason}): ${rejection.message}`,
      reason: rejection.reason,
      messageId: id,
      queue: inbound.queue,
      violations: rejection.violations.slice(0, 20),
    });
    if (!answers || inbound.message.properties.replyTo === undefined) return;
    const details = { violations: rejection.violations };
    this.reply(
      inbound,
      id,
      failure(`query.${rejection.reason}`, rejection.message, { retryable: false, details }),
      'dag.failure.v1',
    );
  }

  /** No copy is made that is not known to be safe: the original is given up only after the broker's confirm. */
  private async putAway(copy: Transmission): Promise<void> {
    const outcome = await this.channel.transmit(copy, PUT_AWAY_LIMIT_MS);
    if (outcome === 'unroutable') {
      throw new Error(
        `no queue takes ${copy.routingKey} on ${copy.exchange}; apply the topology (dagctl topology apply)`,
      );
    }
  }

  private reply(inbound: Inbound, id: string, data: unknown, type: string): void {
    const transmission = replyTransmission(inbound.message.properties, data, type, {
      id,
      source: this.options.source,
      sender: this.options.sender,
      now: new Date(),
    });
    if (transmission) this.answers.send(transmission);
  }

  private meta(id: string): { readonly id: string; readonly sender: Sender; readonly now: Date } {
    return { id, sender: this.options.sender, now: new Date() };
  }
}

function isQuestion({ contract }: Decoded): boolean {
  return contract.kind === 'query' || contract.kind === 'heartbeat';
}

function nameOf(inbound: Inbound, { contract, envelope }: Decoded): string {
  return `${contract.type} ${envelope.id} from ${inbound.queue}`;
}

function idOf(inbound: Inbound): string {
  const id: unknown = inbound.message.properties.messageId;
  return typeof id === 'string' && id !== '' ? id : randomUUID();
}

function failureOf(error: unknown, type: string): Failure {
  if (error instanceof FailureError) return error.failure;
  return failure(
    'query.failed',
    `the answer to ${type} could not be made: ${messageOf(error)}. The service's log says more.`,
    { retryable: true },
  );
}
