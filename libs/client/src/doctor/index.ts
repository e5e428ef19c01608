export { diagnose } from './diagnose.js';
export type { Answer, DoctorFacts, RunsSeen } from './facts.js';
export { factsWithoutBroker, gatherFacts, type DoctorOptions } from './gather.js';
export { BACKUP_AGE_MS } from './limits.js';
