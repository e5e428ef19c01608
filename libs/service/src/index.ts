// First of all: configuration classes are decorated as they load, and what they say of their types is kept by it.
import 'reflect-metadata';
export { loadConfig, ConfigError, type ConfigSource } from './config/load-config.js';
export { BrokerConfig } from './config/broker-config.js';
export { databaseUrl } from './config/database-url.js';
export { runService, type RunningService } from './run-service.js';
export { jsonLogger } from './json-logger.js';
export { ActingProcess } from './acting-process.js';
export { VERSION } from './version.js';
export * from './monitoring/index.js';
