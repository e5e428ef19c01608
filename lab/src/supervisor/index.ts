export { messageOf } from './files.js';
export * from './lab.js';
export { pause } from './pause.js';
export { checkoutRoot, labPaths } from './paths.js';
export type { ServiceName } from './service-name.js';
export { LAB_TIMING, type LabMember, type LabTiming } from './service-plan.js';
export type { ServiceState } from './service-process.js';
