import type { Preference } from './preference.js';

export const notFailedBefore: Preference = {
  name: 'not-failed-before',
  isBetter: ({ failedMembers }, { member }) => !failedMembers.has(member),
  because: 'failed this task before, and another member can do it',
};
