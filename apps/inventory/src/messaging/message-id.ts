import type { MessageContext } from '#messaging';

/** Ids are unique per source only (CloudEvents 1.0). */
export function messageIdOf({ envelope }: MessageContext): string {
  return `${envelope.source}#${envelope.id}`;
}
