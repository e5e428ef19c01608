import type { Preference } from './preference.js';

export const preferredMember: Preference = {
  name: 'preferred-member',
  isBetter: ({ preferMembers }, { member }) => preferMembers.size === 0 || preferMembers.has(member),
  because: 'the request prefers other members',
};
