import { hostname } from 'node:os';
import { FailureError, failure } from '#contracts';
import {
  Broker,
  SILENT_LOG,
  type BrokerFigures,
  type MessagingLog,
  type Publisher,
  type QueryClient,
} from '#messaging';
import { CONNECT_TIMEOUT_MS } from './limits.js';

/** What the client stands on; in production a {@link Broker}. */
export interface ClientConnection {
  readonly publisher: Publisher;
  readonly queries: QueryClient;
  figures(): BrokerFigures;
  /** See {@link Broker.inspect}. */
  readonly inspect: Broker['inspect'];
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Names the connection in the broker's management page, e.g. `dagctl`. */
  readonly name: string;
  readonly connectTimeoutMs?: number;
  /** Where lost and regained connections are told; default: nowhere, because what they mean shows in the answers. */
  readonly log?: MessagingLog;
}

/** Rejects with `broker.unreachable` when no broker answers in time: a person waits for this. */
export async function connected(url: string, options: ConnectOptions): Promise<ClientConnection> {
  const instance = `${options.name}-${hostname()}-${process.pid}`;
  const broker = opened(url, instance, options.log ?? SILENT_LOG);
  try {
    await broker.ready(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
  } catch (error) {
    await broker.close();
    throw error;
  }
  return broker;
}

function opened(url: string, instance: string, log: MessagingLog): Broker {
  try {
    return Broker.open({ url, service: 'api', instance, log });
  } catch (error) {
    throw new FailureError(
      failure('broker.bad-url', error instanceof Error ? error.message : String(error), { retryable: false }),
    );
  }
}
