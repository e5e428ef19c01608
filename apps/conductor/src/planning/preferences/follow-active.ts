import type { Preference } from './preference.js';

/** A backup that a move interrupted goes on where the database went, if that was asked for. Without a move all copies are equal here. */
export const followActive: Preference = {
  name: 'follow-active',
  isBetter: (question, { role }) => !question.followActive || role === 'active',
  because: 'the backup follows the active copy',
};
