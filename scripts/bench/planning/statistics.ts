/** The value that such a share of all is not above; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return NaN;
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.max(0, Math.ceil(ascending.length * share) - 1)];
}

export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly p95: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { count: values.length, median: quantile(values, 0.5), p95: quantile(values, 0.95) };
}

export interface Times {
  /** By the clock on the wall, and so with whatever else the machine did. */
  readonly wallMs: Spread;
  /** Time of the processor for this alone. */
  readonly processorMs: Spread;
}

/** Measures one piece of work again and again. */
export class Stopwatch {
  private readonly wallMs: number[] = [];
  private readonly processorMs: number[] = [];

  time<Result>(work: () => Result): Result {
    const before = process.cpuUsage();
    const fromMs = performance.now();
    const result = work();
    this.wallMs.push(performance.now() - fromMs);
    const { user, system } = process.cpuUsage(before);
    this.processorMs.push((user + system) / 1_000);
    return result;
  }

  get times(): Times {
    return { wallMs: spreadOf(this.wallMs), processorMs: spreadOf(this.processorMs) };
  }
}
