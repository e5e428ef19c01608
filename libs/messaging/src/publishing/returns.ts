import type { Transmission } from './properties.js';

/** Messages that the broker could not route. A return comes before the confirm of the same message. */
export class Returns {
  /** The key tells apart the same id sent to two places. */
  private readonly counts = new Map<string, number>();

  add(messageId: string, exchange: string, routingKey: string): void {
    const key = keyOf(messageId, exchange, routingKey);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** Whether this one came back; asked once, at its confirm. */
  take({ options, exchange, routingKey }: Transmission): boolean {
    if (this.counts.size === 0) return false;
    const key = keyOf(options.messageId, exchange, routingKey);
    const count = this.counts.get(key);
    if (count === undefined) return false;
    if (count > 1) this.counts.set(key, count - 1);
    else this.counts.delete(key);
    return true;
  }

  clear(): void {
    this.counts.clear();
  }
}

function keyOf(messageId: string, exchange: string, routingKey: string): string {
  return `${messageId}\n${exchange}\n${routingKey}`;
}
