export { createWorld, LAG_MS } from './create.js';
export { WorldError } from './errors.js';
export type { BegunMove } from './moves.js';
export { PASSIVE_STATUSES, type StoppedMember } from './operations.js';
export type { WorldOptions } from './options.js';
export type { PlannedDatabase, PlannedMember, WorldPlan } from './plan.js';
export * from './status.js';
export { openWorld, World } from './world.js';
