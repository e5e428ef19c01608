import { PRIORITY_DEFAULT } from '#contracts';
import type { StoredEvent } from './rewrite-events.js';

/** A history from before blocks, priorities and slots: each event gets what it would have had. */
export function withBlocksAndPriorities(event: StoredEvent): StoredEvent | undefined {
  switch (event.type) {
    case 'RunRequested':
      return {
        ...event,
        order: { priority: PRIORITY_DEFAULT, databasePriorities: [], window: null, ...(event['order'] as object) },
      };
    case 'TaskUnplaced':
      return { rule: 'unplaced', liftedBy: [], ...withPriority(event) };
    case 'TaskPlanned':
    case 'TaskLeftOut':
    case 'TaskNotNeeded':
      return withPriority(event);
    case 'TaskDeferred':
      return { rule: 'waiting', liftedBy: [], isPatient: false, ...event };
    case 'TaskDispatched': {
      const attempt = event['attempt'] as { readonly member: string };
      return { ...event, attempt: { slots: [`member:${attempt.member}`, 'global:all'], ...attempt } };
    }
    default:
      return undefined;
  }
}

function withPriority(event: StoredEvent): StoredEvent {
  return { ...event, task: { priority: PRIORITY_DEFAULT, ...(event['task'] as object) } };
}
