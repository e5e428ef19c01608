import type { AssignmentLimit, AssignmentMember } from '../assignment/index.js';
import type { SharedLimit } from '../candidates.js';

/**
 * What members share, as the assignment takes it. A limit that leaves its members all they could do is none: it would cost time to
 * reckon with and change nothing.
 */
export function sharedLimits(
  members: readonly AssignmentMember[],
  limitsOf: (member: string) => readonly SharedLimit[],
): readonly AssignmentLimit[] {
  const streams = new Map<string, number>();
  const within = new Map<string, AssignmentMember[]>();
  for (const member of members) {
    for (const { name, streams: allowed } of limitsOf(member.id)) {
      streams.set(name, allowed);
      within.set(name, [...(within.get(name) ?? []), member]);
    }
  }
  return [...within].flatMap(([name, sharing]) => {
    const allowed = streams.get(name) ?? 0;
    const possible = sharing.reduce((sum, { streamsFreeAtMs }) => sum + streamsFreeAtMs.length, 0);
    return allowed < possible ? [{ name, streams: allowed, members: sharing.map(({ id }) => id) }] : [];
  });
}
