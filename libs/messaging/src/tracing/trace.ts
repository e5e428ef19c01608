import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** W3C trace context, version 00: `00-<trace id>-<span id>-<flags>`. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

const current = new AsyncLocalStorage<string>();

/** Runs a handler so that whatever it sends belongs to the same trace as the message it handles. */
export function inTrace<T>(traceparent: string | undefined, run: () => T): T {
  return traceparent !== undefined && TRACEPARENT.test(traceparent) ? current.run(traceparent, run) : run();
}

/** The trace context of a message about to be sent: a new span of the trace that we are in, or of a new trace. */
export function nextTraceparent(): string {
  const parent = current.getStore();
  const match = parent === undefined ? null : TRACEPARENT.exec(parent);
  const span = randomHex().slice(16);
  return match ? `00-${match[1]}-${span}-${match[2]}` : `00-${randomHex()}-${span}-01`;
}

/** 32 hexadecimal digits, never all zero. UUIDs come from a store of random bytes; asking for them one by one costs twenty times as much. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}
