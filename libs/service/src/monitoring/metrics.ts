import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { within } from './within.js';

/** One number, and what it is of. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One number for a metric without labels; null: it is not known, and then nothing is told. */
export type Reading = number | null | readonly Sample[];

export interface MetricDescription {
  readonly name: string;
  /** A sentence; it becomes the help text. */
  readonly help: string;
  readonly labels?: readonly string[];
}

export interface DefinedMetric extends Required<MetricDescription> {
  readonly type: 'counter' | 'gauge' | 'histogram';
}

type Read = () => Reading | Promise<Reading>;

/** A number that takes longer to read is left out of this scrape. */
const READ_LIMIT_MS = 2_000;
/** How often Node looks how late its event loop is; its own 10 ms would wake an idle service a hundred times a second. */
const EVENT_LOOP_LOOK_EVERY_MS = 100;

/**
 * The numbers of one service. Nothing is kept up between two scrapes: each number is read from the part that knows it when somebody
 * asks. One that cannot be read is left out, and the others are told all the same.
 */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();
  private readonly defined: DefinedMetric[] = [];
  private readonly forgetLooks: (() => void)[] = [];
  private rendering: Promise<string> | undefined;
  private readonly unread: Counter;

  /** @param onUnread is told why a number could not be read. */
  constructor(private readonly onUnread: (metric: string, reason: string) => void) {
    const unread = this.describe('counter', {
      name: 'dag_monitoring_unread_total',
      help: 'Numbers that could not be read at a scrape.',
      labels: ['metric'],
    });
    this.unread = new Counter(unread);
  }

  gauge(description: MetricDescription, read: Read): void {
    const gauge: Gauge = new Gauge({
      ...this.describe('gauge', description),
      collect: () =>
        this.collect(gauge, description, read, (of, value) => {
          gauge.set(of, value);
        }),
    });
  }

  /** `read` gives the count since the process began. */
  counter(description: MetricDescription, read: Read): void {
    const counter: Counter = new Counter({
      ...this.describe('counter', description),
      collect: () => this.collect(counter, description, read, (of, value) => counter.inc(of, value)),
    });
  }

  /** Gives back where to tell each duration, in seconds. */
  histogram(
    description: MetricDescription,
    bucketsSeconds: readonly number[],
  ): (labels: Sample['labels'], seconds: number) => void {
    const buckets = [...bucketsSeconds];
    const histogram: Histogram = new Histogram({ ...this.describe('histogram', description), buckets });
    return (labels, seconds) => histogram.observe(labels, seconds);
  }

  /** A look that several numbers are read from, taken once for each scrape. */
  perScrape<Look>(look: () => Look): () => Look {
    let seen: { readonly look: Look } | undefined;
    this.forgetLooks.push(() => {
      seen = undefined;
    });
    return () => {
      seen ??= { look: look() };
      return seen.look;
    };
  }

  /** Memory, processor, event loop and garbage of the process, under the names that dashboards for Node know. */
  ofNode(): void {
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: EVENT_LOOP_LOOK_EVERY_MS });
  }

  /** Everything that this service tells, but for what Node tells of itself. */
  definitions(): readonly DefinedMetric[] {
    return this.defined;
  }

  /** The text that Prometheus reads. Who asks while it is being made gets the same. */
  render(): Promise<string> {
    this.rendering ??= this.registry.metrics().finally(() => {
      this.rendering = undefined;
      for (const forget of this.forgetLooks) forget();
    });
    return this.rendering;
  }

  private describe(type: DefinedMetric['type'], { name, help, labels = [] }: MetricDescription) {
    this.defined.push({ type, name, help, labels });
    return { name, help, labelNames: [...labels], registers: [this.registry] };
  }

  private async collect(
    metric: Gauge | Counter,
    { name, labels = [] }: MetricDescription,
    read: Read,
    tell: (labels: Record<string, string>, value: number) => void,
  ): Promise<void> {
    metric.reset();
    // A metric without labels is 0 after that, which would be a lie where its number is not known.
    if (labels.length === 0) metric.remove();
    try {
      const reading = await within(Promise.resolve().then(read), READ_LIMIT_MS);
      if (reading === null) return;
      const samples = typeof reading === 'number' ? [{ labels: {}, value: reading }] : reading;
      for (const sample of samples) tell({ ...sample.labels }, sample.value);
    } catch (error) {
      this.unread.inc({ metric: name });
      this.onUnread(name, error instanceof Error ? error.message : String(error));
    }
  }
}
