import { agentAlive } from './agent-alive.js';
import { clientInstalled } from './client-installed.js';
import { copyPreference } from './copy-preference.js';
import { differentMember } from './different-member.js';
import { memberDrained } from './member-drained.js';
import { differentSite } from './different-site.js';
import { differentStorageServer } from './different-storage-server.js';
import { memberExcluded } from './member-excluded.js';
import type { MemberRule } from './member-rule.js';
import { observationFresh } from './observation-fresh.js';

/** Rules about the member and the request, most final first: the first refusal is the one people read. */
export const MEMBER_RULES: readonly MemberRule[] = [
  memberExcluded,
  copyPreference,
  differentMember,
  differentSite,
  differentStorageServer,
  clientInstalled,
  memberDrained,
  agentAlive,
  observationFresh,
];
