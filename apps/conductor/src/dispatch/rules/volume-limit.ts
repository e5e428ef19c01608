import { slotLimit } from './slot-limit.js';

/** Two backups that read one volume at once only move its heads to and fro; a copy on another volume may pass. */
export const volumeLimit = slotLimit(
  'volume',
  { name: 'volume-limit', holdsUp: 'task', isOrdinary: true },
  ({ name }, memberName) => `on the volume ${name.slice(name.indexOf(' ') + 1)} of ${memberName}`,
);
