import type { ParkedMessage, Replay } from '#messaging';
import { oneLine } from './printable.js';

/** The queues that a replayed message reaches. */
export function destinationsOf(found: Replay): readonly string[] {
  switch (found.kind) {
    case 'giveBack':
      return [found.to];
    case 'publish':
      return found.bindings.map(({ queue }) => queue);
    case 'refused':
      return [];
    default: {
      const unknown: never = found;
      throw new Error(`unknown replay ${JSON.stringify(unknown)}`);
    }
  }
}

/** Where a message went, or would go, or why it stays. */
export function renderReplay({ id, type, queue }: ParkedMessage, found: Replay, dryRun: boolean): string {
  const name = `${id} (${oneLine(type ?? 'of no known type')})`;
  const to = destinationsOf(found).join(', ');
  switch (found.kind) {
    case 'giveBack':
      return `${name} ${dryRun ? 'would go' : 'went'} back to ${to}`;
    case 'publish': {
      const place = `${found.exchange} with key "${oneLine(found.routingKey)}", for ${to}`;
      return `${name} ${dryRun ? 'would be' : 'was'} published again to ${place}`;
    }
    case 'refused':
      return `${name} stays in ${queue}: ${oneLine(found.why)}. To take it off: dagctl dead-letters discard ${id}`;
    default: {
      const unknown: never = found;
      throw new Error(`unknown replay ${JSON.stringify(unknown)}`);
    }
  }
}
