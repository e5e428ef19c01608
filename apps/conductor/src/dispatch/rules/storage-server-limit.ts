import { slotLimit } from './slot-limit.js';

/** A storage server takes a limited number of sessions, whichever members they come from. */
export const storageServerLimit = slotLimit(
  'storageServer',
  { name: 'storage-server-limit', holdsUp: 'member', isOrdinary: false },
  ({ name }) => `to the storage server ${name}`,
);
