import type { Channel } from './channel.js';
import { losesField, patchOf, patched, type Sameness, type View } from './patch.js';

/** Tells viewers who know `before` what is so now. Gives back what they know then, which later changes are reckoned from. */
export function publishView<Seen extends object>(
  channel: Channel,
  before: Seen | undefined,
  now: Seen,
  sameness?: Sameness,
): Seen {
  if (before === undefined || losesField(before as View, now as View)) {
    channel.publish({ event: 'snapshot', data: now });
    return now;
  }
  const patch = patchOf(before as View, now as View, sameness);
  if (patch === null) return before;
  channel.publish({ event: 'change', data: patch });
  return patched(before, patch);
}
