import { differentPlace } from './different-place.js';
import type { MemberRule } from './member-rule.js';

/** Where asked for, the backups of one database are made in different sites. */
export const differentSite: MemberRule = {
  name: 'different-site',
  liftedBy: 'memberChange',
  byPolicy: false,
  check: (candidate) => differentPlace('site', candidate),
};
