import type { Failure } from '#contracts';

/** What comes to every piece of work from outside its own doing: orders, leases, and the life of its agent. */
export type OrderInput =
  | { readonly kind: 'granted'; readonly leaseUntilMs: number }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refuse'; readonly failure: Failure }
  | { readonly kind: 'stopOrdered'; readonly reason: string }
  /** `by`: the later attempt or step that was ordered instead. */
  | { readonly kind: 'superseded'; readonly by: string }
  | { readonly kind: 'agentStopping' };
