// The decorators of every DTO need it, whether or not Nest is loaded; it has to come first.
import 'reflect-metadata';
export * from './envelope.js';
export * from './exchange-host.js';
export * from './exit-codes.js';
export * from './failure.js';
export * from './ids.js';
export * from './message.js';
export * from './messages/attempts.js';
export * from './messages/inventory.js';
export * from './messages/reports.js';
export * from './messages/requests.js';
export * from './messages/runs.js';
export * from './topology/names.js';
export * from './topology/topology.js';
export * from './topology/users.js';
export * from './views.inventory.js';
export * from './views.run.js';
export * from './vocabulary.js';
