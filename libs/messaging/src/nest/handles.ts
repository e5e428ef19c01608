import { Catch, UseFilters, type RpcExceptionFilter } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { PARAM_ARGS_METADATA, PATTERN_METADATA } from '@nestjs/microservices/constants.js';
import { throwError, type Observable } from 'rxjs';
import type { MessageContract, QueryContract } from '#contracts';
import type { MessageContext } from '../consuming/context.js';

/** The transport that `@Handles` belongs to; other transports of a hybrid application leave those methods alone. */
export const AMQP_TRANSPORT = Symbol('dag-amqp');

/** Nest's own filter turns every error into "Internal server error"; this one lets it through to the strategy, which judges it. */
@Catch()
export class PassThroughFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

type Answer<Reply> = Reply | undefined | void | Promise<Reply | undefined | void>;
/** Generic in the method itself: a property descriptor is invariant, so only the method's own type fits exactly. */
type HandlerDecorator<D, Result> = <M extends (data: D, context: MessageContext) => Result>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

/**
 * The method handles these messages of this queue. The compiler checks that it takes the contract's data (first) and a MessageContext
 * (second, if wanted), and that a query's handler returns its reply. `queue` is the real name, or the `as` name of the strategy's options.
 * May be repeated on one method for several messages.
 */
export function Handles<D extends object, Reply extends object>(
  contract: QueryContract<D, Reply>,
  queue: string,
): HandlerDecorator<D, Answer<Reply>>;
export function Handles<D extends object>(contract: MessageContract<D>, queue: string): HandlerDecorator<D, unknown>;
export function Handles(contract: MessageContract, queue: string) {
  return (target: object, key: string | symbol, descriptor: PropertyDescriptor): void => {
    const method: unknown = descriptor.value;
    if (typeof method !== 'function') throw new Error(`@Handles(${contract.type}) must stand on a method`);
    const metadata: unknown = Reflect.getMetadata(PATTERN_METADATA, method);
    const earlier: readonly string[] = Array.isArray(metadata) ? metadata.map(String) : [];
    const pattern = patternOf(contract.type, queue);
    const where = `${target.constructor.name}.${String(key)}`;
    // A message pattern even for events: Nest then returns the handler's stream instead of subscribing to it by itself.
    MessagePattern<string[]>([...earlier, pattern], AMQP_TRANSPORT, { [pattern]: where })(target, key, descriptor);
    if (earlier.length > 0) return;
    UseFilters(new PassThroughFilter())(target, key, descriptor);
    // Without any parameter decorator Nest would leave out the context.
    if (Reflect.getMetadata(PARAM_ARGS_METADATA, target.constructor, key) === undefined) {
      Payload()(target, key, 0);
      Ctx()(target, key, 1);
    }
  };
}

/** Neither types nor queue names contain blanks. */
function patternOf(type: string, queue: string): string {
  return `${type} ${queue}`;
}

export function readPattern(pattern: string): { readonly type: string; readonly queue: string } | undefined {
  const [type, queue, ...rest] = pattern.split(' ');
  return type && queue && rest.length === 0 ? { type, queue } : undefined;
}
