import type { LimitScope, MemberView } from '#contracts';

/** What a limit counts in: everything, a DAG, a site, a member, a storage server, or a volume of a member. */
export interface Slot {
  readonly scope: Exclude<LimitScope, 'startGap'>;
  readonly name: string;
}

export function slotKey({ scope, name }: Slot): string {
  return `${scope}:${name}`;
}

export function slotOf(key: string): Slot {
  const colon = key.indexOf(':');
  return { scope: key.slice(0, colon) as Slot['scope'], name: key.slice(colon + 1) };
}

export const EVERYTHING = 'all';

const SCOPE_TEXT: Readonly<Record<Exclude<Slot['scope'], 'global'>, string>> = {
  dag: 'DAG',
  site: 'site',
  member: 'member',
  storageServer: 'storage server',
  volume: 'volume',
};

/** For people. */
export function slotText({ scope, name }: Slot): string {
  return scope === 'global' ? 'all members together' : `${SCOPE_TEXT[scope]} ${name}`;
}

/**
 * The slots that a backup on a member takes. An attempt keeps those that it took when it was sent, whatever is learned of the member
 * meanwhile, so that what is counted in is also counted out. Where a site or a storage server is not known, the member
 * counts as one of its own; an unknown volume is no limit.
 */
export function slotsOf(memberId: string, member: MemberView | undefined, volume: string | null): readonly Slot[] {
  return [
    { scope: 'member', name: memberId },
    ...(volume === null ? [] : [{ scope: 'volume' as const, name: `${memberId} ${volume}` }]),
    { scope: 'storageServer', name: member?.storageServer ?? memberId },
    { scope: 'site', name: member?.site ?? memberId },
    ...(member?.dag ? [{ scope: 'dag' as const, name: member.dag }] : []),
    { scope: 'global', name: EVERYTHING },
  ];
}
