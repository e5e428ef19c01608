import { differences } from './differences.js';

/** How a stored decision comes out when it is made again. */
export type Replay =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly differences: readonly string[] }
  /** It was made before inputs were stored. */
  | { readonly kind: 'notStored' };

export function compared(then: unknown, now: unknown): Replay {
  return replayOf(differences(then, now));
}

export function replayOf(found: readonly string[]): Replay {
  return found.length === 0 ? { kind: 'same' } : { kind: 'different', differences: found };
}
