import { VERSION } from '../version.js';
import { Metrics } from './metrics.js';

/** Where monitoring says what it does not throw; Nest's logger, for one. */
export interface MonitorLog {
  log(entry: Readonly<Record<string, unknown>>): void;
  warn(entry: Readonly<Record<string, unknown>>): void;
}

export interface ServiceMetricsOptions {
  /** `conductor`, `inventory`, `node-agent`, `console`. */
  readonly service: string;
  readonly log: MonitorLog;
  /** Says which numbers there are besides those of every service. */
  define(metrics: Metrics): void;
}

/** The numbers of a service as it tells them: what runs, its own, and Node's. */
export function metricsOf({ service, log, define }: ServiceMetricsOptions): Metrics {
  const failed = new Set<string>();
  const metrics = new Metrics((metric, reason) => {
    // The reason once; how often is counted.
    if (failed.has(metric)) return;
    failed.add(metric);
    log.warn({ event: 'monitoring.unread', message: `${metric} could not be read: ${reason}`, metric });
  });
  const labels = { service, version: VERSION, node: process.version };
  metrics.gauge(
    { name: 'dag_build_info', help: 'Always 1; the labels say what runs.', labels: Object.keys(labels) },
    () => [{ labels, value: 1 }],
  );
  define(metrics);
  metrics.ofNode();
  return metrics;
}
