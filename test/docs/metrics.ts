import { metricsOf, Role, type DefinedMetric, type Metrics } from '#service';
import { conductorMetrics } from '../../apps/conductor/src/monitoring/conductor.metrics.js';
import { ConductorCounts } from '../../apps/conductor/src/monitoring/counts.js';
import { consoleMetrics } from '../../apps/console/src/monitoring/console.metrics.js';
import { ConsoleCounts } from '../../apps/console/src/monitoring/counts.js';
import { inventoryMetrics } from '../../apps/inventory/src/monitoring/inventory.metrics.js';
import { agentMetrics } from '../../apps/node-agent/src/monitoring/agent.metrics.js';
import { ClientCounts } from '../../apps/node-agent/src/monitoring/client-counts.js';

/** Metrics are only described here; nobody scrapes them. */
const unread = (): never => {
  throw new Error('the documents ask for no number');
};
const broker = { figures: unread };
const storage = { role: new Role(), backlog: unread };
const acting = unread;

const DEFINED: Readonly<Record<string, (metrics: Metrics) => void>> = {
  conductor: (metrics) => conductorMetrics(metrics, { broker, storage, acting, counts: new ConductorCounts(() => 0) }),
  inventory: (metrics) => inventoryMetrics(metrics, { broker, storage, acting }),
  'node-agent': (metrics) =>
    agentMetrics(metrics, { broker, client: new ClientCounts(), agent: unread, hosts: unread, journal: unread }),
  console: (metrics) =>
    consoleMetrics(metrics, { broker, counts: new ConsoleCounts(), live: unread, askInventory: unread }),
};

/** Every metric of the product's own, with the services that tell it. */
export interface ToldMetric extends DefinedMetric {
  readonly services: readonly string[];
}

export const SERVICES: readonly string[] = Object.keys(DEFINED);

export const METRICS: ReadonlyMap<string, ToldMetric> = allMetrics();

function allMetrics(): ReadonlyMap<string, ToldMetric> {
  const all = new Map<string, ToldMetric>();
  for (const [service, define] of Object.entries(DEFINED)) {
    const metrics = metricsOf({ service, define, log: { log: unread, warn: unread } });
    for (const metric of metrics.definitions()) {
      const services = [...(all.get(metric.name)?.services ?? []), service];
      all.set(metric.name, { ...metric, services });
    }
  }
  return all;
}
