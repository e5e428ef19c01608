import type { Preference } from './preference.js';

/** Users work on the active copy. */
export const passiveFirst: Preference = {
  name: 'passive-first',
  isBetter: (_, { role }) => role === 'passive',
  because: 'active, and a passive copy is available',
};
