export { StorageBusyError, StorageOpenError } from './embedded/errors.js';
export * from './embedded/open-embedded.js';
export * from './inbox.js';
export * from './outbox/enqueue.js';
export * from './outbox/outbox-sender.js';
export * from './ports.js';
export * from './prune.js';
export * from './tables.js';
