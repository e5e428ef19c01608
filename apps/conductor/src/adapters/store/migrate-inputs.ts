import type { StoredEvent } from './rewrite-events.js';

/** What a decision was made from was not stored at first: it is told of, and cannot be made again. */
export function withDecisionInputs(event: StoredEvent): StoredEvent | undefined {
  switch (event.type) {
    case 'RunPlanned':
    case 'TaskReassigned':
      return event['inputs'] === undefined ? { ...event, inputs: null } : undefined;
    default:
      return undefined;
  }
}
