import type { MessageContext } from './context.js';

/** What is called for a message; the returned value answers a query. */
export interface Handler {
  /** `Class.method`, for the log. */
  readonly where: string;
  readonly handle: (data: object, context: MessageContext) => Promise<unknown>;
}

/** The handlers of one queue, by message type. */
export type Handlers = ReadonlyMap<string, Handler>;
