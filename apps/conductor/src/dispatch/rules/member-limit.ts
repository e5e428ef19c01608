import { slotLimit } from './slot-limit.js';

export const memberLimit = slotLimit(
  'member',
  { name: 'member-limit', holdsUp: 'member', isOrdinary: true },
  (_, memberName) => `on ${memberName}`,
);
