import type { ClassConstructor } from 'class-transformer';
import type { ExchangeName } from './topology/names.js';

/** The words between braces in a route template: `node.{member}.report` → `member`. */
export type RouteParameter<Route extends string> = Route extends `${string}{${infer Name}}${infer Rest}`
  ? Name | RouteParameter<Rest>
  : never;

export type RouteParameters<Route extends string> = { readonly [Name in RouteParameter<Route>]: string };

export type MessageKind = 'request' | 'command' | 'event' | 'heartbeat' | 'query' | 'reply';

/** What two services agree on about one message: its name, its data, and the way it travels. */
export interface MessageContract<Data extends object = object, Route extends string = string> {
  /** The CloudEvents `type`, e.g. `dag.backup.start.v1`. A change that old readers cannot take gets a new version beside it. */
  readonly type: string;
  readonly kind: MessageKind;
  readonly exchange: ExchangeName;
  /** Routing key template; `{…}` are filled by the sender. */
  readonly route: Route;
  readonly data: ClassConstructor<Data>;
  /** One sentence for the people who read the generated documents. */
  readonly summary: string;
  /** False: the message may be lost (heartbeats, queries). True: it is stored on disk before the send is confirmed. */
  readonly durable: boolean;
}

/** A question with its answer, by direct reply-to. The answer is either the reply's data or a `Failure`. */
export interface QueryContract<
  Data extends object,
  Reply extends object,
  Route extends string = string,
> extends MessageContract<Data, Route> {
  readonly reply: ClassConstructor<Reply>;
}

const registry = new Map<string, MessageContract>();

export function defineMessage<Data extends object, const Route extends string>(
  contract: MessageContract<Data, Route>,
): MessageContract<Data, Route> {
  register(contract);
  return Object.freeze(contract);
}

export function defineQuery<Data extends object, Reply extends object, const Route extends string>(
  contract: QueryContract<Data, Reply, Route>,
): QueryContract<Data, Reply, Route> {
  register(contract);
  return Object.freeze(contract);
}

function register(contract: MessageContract): void {
  if (registry.has(contract.type)) throw new Error(`two contracts are named ${contract.type}`);
  registry.set(contract.type, contract);
}

/** The contract of a message type, or undefined for a type this version does not know. */
export function contractOf(type: string): MessageContract | undefined {
  return registry.get(type);
}

/** Every contract, sorted by type. */
export function allContracts(): readonly MessageContract[] {
  return [...registry.values()].toSorted((a, b) => a.type.localeCompare(b.type));
}

/** Fills a route template. A missing or many-worded value is a fault of ours and throws. */
export function routingKey<Route extends string>(
  contract: MessageContract<object, Route>,
  parameters: RouteParameters<Route>,
): string {
  return contract.route.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = (parameters as Readonly<Record<string, string | undefined>>)[name];
    if (!value || /[.*#\s]/.test(value)) {
      throw new Error(`routing key of ${contract.type}: {${name}} must be one word, not "${value ?? ''}"`);
    }
    return value;
  });
}

/** The pattern that binds a queue to every key of a route: `node.{member}.report` → `node.*.report`. */
export function bindingPattern(contract: MessageContract): string {
  return contract.route.replaceAll(/\{\w+\}/g, '*');
}

/**
 * The contract a routing key of an exchange belongs to. Serves messages published by hand with a plain JSON body:
 * there the key is all that says what the message is. Undefined where no route, or more than one, fits.
 */
export function contractByRoute(exchange: string, key: string): MessageContract | undefined {
  const fitting = allContracts().filter((contract) => contract.exchange === exchange && fits(contract, key));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function fits(contract: MessageContract, key: string): boolean {
  const pattern = bindingPattern(contract).split('.');
  const words = key.split('.');
  return pattern.length === words.length && pattern.every((word, index) => word === '*' || word === words[index]);
}
