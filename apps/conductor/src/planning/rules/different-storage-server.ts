import { differentPlace } from './different-place.js';
import type { MemberRule } from './member-rule.js';

/** Where asked for, the backups of one database go to different storage servers: the loss of one leaves another. */
export const differentStorageServer: MemberRule = {
  name: 'different-storage-server',
  liftedBy: 'memberChange',
  byPolicy: false,
  check: (candidate) => differentPlace('storageServer', candidate),
};
