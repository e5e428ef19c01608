export { brokerChecks, brokerMetrics, type WatchedBroker } from './broker-monitoring.js';
export { MonitoringConfig } from './config.js';
export { Metrics, type DefinedMetric, type MetricDescription, type Reading, type Sample } from './metrics.js';
export { Monitor, type MonitorOptions } from './monitor.js';
export type { Check, CheckResult } from './readiness.js';
export { metricsOf, type MonitorLog } from './service-metrics.js';
export { Role, storageChecks, storageMetrics, type WatchedStorage } from './storage-monitoring.js';
