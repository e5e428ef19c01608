import type { MonitoringConfig } from './config.js';
import { Listener, text, type Page } from './listener.js';
import { readinessOf, type Check } from './readiness.js';
import { metricsOf, type ServiceMetricsOptions } from './service-metrics.js';

export interface MonitorOptions extends ServiceMetricsOptions {
  readonly config: MonitoringConfig;
  readonly checks: readonly Check[];
}

/**
 * What tells others how a service is: `/livez`, `/readyz` and `/metrics`. It holds nothing up: a service whose port is taken works
 * without it, and says so.
 */
export class Monitor {
  private constructor(private readonly listener: Listener | undefined) {}

  static async open(options: MonitorOptions): Promise<Monitor> {
    const { config, log, checks } = options;
    if (!config.enabled) return new Monitor(undefined);
    const metrics = metricsOf(options);
    const { address, port } = config;
    try {
      const pages = new Map<string, () => Page | Promise<Page>>([
        ['/livez', () => text(200, 'ok')],
        ['/readyz', () => readyPage(checks)],
        ['/metrics', async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.render() })],
      ]);
      const listener = await Listener.open(address, port, pages);
      log.log({ event: 'monitoring.ready', message: `health and metrics are at ${listener.url}`, url: listener.url });
      return new Monitor(listener);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.warn({
        event: 'monitoring.unavailable',
        message: `nothing tells of health and metrics, because ${address} port ${port} cannot be listened at: ${why}. The service works without; give it another monitoring.port and start it again.`,
      });
      return new Monitor(undefined);
    }
  }

  /** Undefined: nothing listens. */
  get url(): string | undefined {
    return this.listener?.url;
  }

  async close(): Promise<void> {
    await this.listener?.close();
  }
}

async function readyPage(checks: readonly Check[]): Promise<Page> {
  const readiness = await readinessOf(checks);
  return {
    status: readiness.ready ? 200 : 503,
    contentType: 'application/json',
    body: `${JSON.stringify(readiness, null, 2)}\n`,
  };
}
