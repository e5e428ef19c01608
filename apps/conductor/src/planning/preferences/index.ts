import { followActive } from './follow-active.js';
import { notFailedBefore } from './not-failed-before.js';
import { passiveFirst } from './passive-first.js';
import type { Preference } from './preference.js';
import { preferredMember } from './preferred-member.js';

/** The strongest first: a copy that is better by one of them is better whatever the later ones say. */
export const PREFERENCES: readonly Preference[] = [notFailedBefore, followActive, passiveFirst, preferredMember];
