import type { AttemptAcceptance, AttemptEnd, AttemptRefusal, AttemptStart } from '#contracts';

/** What an agent says about one attempt. */
export type AttemptMessage =
  | { readonly kind: 'accepted'; readonly data: AttemptAcceptance }
  | { readonly kind: 'started'; readonly data: AttemptStart }
  | FinalMessage;

/** The last word about an attempt; it is kept in the journal and given again to whoever asks. */
export type FinalMessage =
  | { readonly kind: 'refused'; readonly data: AttemptRefusal }
  | { readonly kind: 'ended'; readonly data: AttemptEnd };
