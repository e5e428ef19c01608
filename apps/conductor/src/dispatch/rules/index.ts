import type { DispatchRule } from '../dispatch-rule.js';
import { dagLimit } from './dag-limit.js';
import { databaseFree } from './database-free.js';
import { globalLimit } from './global-limit.js';
import { memberLimit } from './member-limit.js';
import { noRestore } from './no-restore.js';
import { siteLimit } from './site-limit.js';
import { startGap } from './start-gap.js';
import { storageServerLimit } from './storage-server-limit.js';
import { volumeLimit } from './volume-limit.js';

/** The first refusal is the one people read: what holds up the whole member first, from near to far, then what lets others pass. */
export const DISPATCH_RULES: readonly DispatchRule[] = [
  memberLimit,
  startGap,
  storageServerLimit,
  siteLimit,
  dagLimit,
  globalLimit,
  databaseFree,
  noRestore,
  volumeLimit,
];

const BY_NAME = new Map(DISPATCH_RULES.map((rule) => [rule.name, rule]));

/** A block that belongs to every queue's ordinary life. */
export function isOrdinaryBlock(rule: string): boolean {
  return BY_NAME.get(rule)?.isOrdinary === true;
}
