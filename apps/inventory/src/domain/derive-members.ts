import type { MemberView } from '#contracts';
import type { InventoryFact } from './facts.js';
import { isLost } from './freshness.js';
import { memberView, type Membership } from './member-view.js';
import type { InventorySettings, InventoryState, KnownMember } from './state.js';

type Change = Extract<InventoryFact, { kind: 'memberChanged' }>['change'];

export interface DerivedMembers {
  readonly members: ReadonlyMap<string, KnownMember>;
  readonly facts: readonly InventoryFact[];
}

/** What is now known of every member, and what of it is news. */
export function deriveMembers(
  state: InventoryState,
  settings: InventorySettings,
  membership: Membership,
  nowMs: number,
): DerivedMembers {
  const members = new Map<string, KnownMember>();
  const facts: InventoryFact[] = [];
  for (const id of membership.memberIds()) {
    const view = memberView(state, settings, membership, id, nowMs);
    const known = state.members.get(id);
    // Once lost, a member stays so until it is heard again: a restart of the inventory is no sign of life.
    const lost = isLost(state, settings, id, nowMs) || (known?.lost === true && view.agent.state !== 'alive');
    const changes = changesOf(known, view, lost);
    for (const change of changes) facts.push({ kind: 'memberChanged', member: view, change });
    members.set(id, known && changes.length === 0 ? known : { id, view, lost });
  }
  return { members, facts };
}

function changesOf(known: KnownMember | undefined, view: MemberView, lost: boolean): readonly Change[] {
  const changes: Change[] = [];
  if (!known) changes.push('appeared');
  else if (lost && !known.lost) changes.push('lost');
  else if (!lost && known.lost) changes.push('returned');
  if (view.client.installed === false && known?.view.client.installed !== false) changes.push('clientMissing');
  if (known && changes.length === 0 && significance(known.view) !== significance(view)) changes.push('changed');
  return changes;
}

/** Whether the agent is heard is told by lost and returned; here only whether there ever was one. Free space changes all the time. */
function significance(view: MemberView): string {
  const { agent, volumes: _volumes, ...rest } = view;
  return JSON.stringify([rest, agent.version, agent.state === 'never']);
}
