import { slotLimit } from './slot-limit.js';

export const globalLimit = slotLimit(
  'global',
  { name: 'global-limit', holdsUp: 'member', isOrdinary: false },
  () => 'in all',
);
