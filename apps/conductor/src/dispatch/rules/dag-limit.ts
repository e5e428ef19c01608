import { displayName } from '#contracts';
import { slotLimit } from './slot-limit.js';

export const dagLimit = slotLimit(
  'dag',
  { name: 'dag-limit', holdsUp: 'member', isOrdinary: false },
  ({ name }) => `in the DAG ${displayName(name)}`,
);
