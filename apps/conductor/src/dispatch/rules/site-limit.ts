import { slotLimit } from './slot-limit.js';

/** Members of a site share its line to the storage server. */
export const siteLimit = slotLimit(
  'site',
  { name: 'site-limit', holdsUp: 'member', isOrdinary: false },
  ({ name }) => `in the site ${name}`,
);
