export * from './access-client.js';
export * from './dag-client.js';
export * from './failures.js';
export * from './limits.js';
export * from './pacing.js';
export * from './progress/index.js';
export * from './run-reference.js';
export * from './watch.js';
