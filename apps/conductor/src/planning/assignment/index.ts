export { assign, DEFAULT_EFFORT, type Effort } from './assign.js';
export { lowerBound, type BestPossible } from './lower-bound.js';
export type {
  Assignment,
  AssignmentJob,
  AssignmentLimit,
  AssignmentMember,
  AssignmentOption,
  AssignmentProblem,
  Binding,
  PlacedJob,
  UnplacedJob,
} from './problem.js';
export {
  rebalance,
  rebalanceParts,
  REBALANCE_SETTINGS,
  type Move,
  type QueuedJob,
  type RebalanceSettings,
} from './rebalance.js';
export {
  corrected,
  expected,
  learn,
  LEARNING_SETTINGS,
  rateKey,
  type Expected,
  type LearnedRate,
  type LearningSettings,
  type Measured,
  type Observation,
  type Throughput,
} from './throughput.js';
