/** Messages on their way without a confirm, in every measurement alike. */
export const WINDOW = 500;
/** A measurement that takes longer has failed. */
const LIMIT_MS = 120_000;

export interface Throughput {
  readonly messages: number;
  readonly perSecond: number;
}

export interface Latency {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends with up to WINDOW unconfirmed, and says how many were confirmed in a second. */
export async function throughput(messages: number, send: (index: number) => Promise<unknown>): Promise<Throughput> {
  const begun = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < messages) {
      const index = next;
      next += 1;
      await send(index);
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, lane));
  return { messages, perSecond: Math.round(messages / ((performance.now() - begun) / 1_000)) };
}

/** One at a time: from just before the send until the consumer's handler has it. */
export async function latencies(samples: number, roundTrip: (index: number) => Promise<unknown>): Promise<Latency> {
  const taken: number[] = [];
  for (let index = 0; index < samples; index += 1) {
    const begun = performance.now();
    await roundTrip(index);
    taken.push(performance.now() - begun);
  }
  return quantiles(taken);
}

export function quantiles(taken: readonly number[]): Latency {
  const sorted = taken.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
  return { samples: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

/** Promises of arrivals by message id: the sender waits for what the consumer sees. */
export class Arrivals {
  private readonly expected = new Map<string, () => void>();

  expect(id: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`message ${id} did not arrive within ${LIMIT_MS} ms`)), LIMIT_MS);
      this.expected.set(id, () => {
        clearTimeout(timer);
        this.expected.delete(id);
        resolve();
      });
    });
  }

  arrived(id: string): void {
    this.expected.get(id)?.();
  }
}
