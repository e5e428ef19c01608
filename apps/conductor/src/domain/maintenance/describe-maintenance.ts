import { memberName, type World } from '../world.js';
import type { LimitSetting, MaintenanceEvent } from './maintenance.events.js';

const TEXT_MAX_LENGTH = 4_000;

/** One sentence for people. */
export function describeMaintenance(event: MaintenanceEvent, world: World): string {
  return sentence(event, world).slice(0, TEXT_MAX_LENGTH);
}

function sentence(event: MaintenanceEvent, world: World): string {
  const by = event.requestedBy ? ` by ${event.requestedBy}` : '';
  switch (event.type) {
    case 'LimitsChanged': {
      const why = event.reason ? `: ${event.reason}` : '';
      return `limits changed${by}: ${event.changes.map(limitText).join(', ')}${why}`;
    }
    case 'MemberDrained': {
      const until = event.deadlineAtMs === null ? '' : `, to be free by ${new Date(event.deadlineAtMs).toISOString()}`;
      const rest = event.stopRunning ? 'what then still runs is stopped' : 'what runs may finish';
      return `${memberName(world, event.member)} is drained${by}${until}, ${rest}: ${event.reason}`;
    }
    case 'DrainDeadlinePassed': {
      const what = event.stopRunning ? 'are stopped and go on elsewhere' : 'still run and may finish';
      const name = memberName(world, event.member);
      return event.stillRunning === 0
        ? `${name} is free, as it should be by now`
        : `the deadline of the drain of ${name} has passed: ${event.stillRunning} backups ${what}`;
    }
    case 'MemberResumed':
      return `${memberName(world, event.member)} gets work again${by}`;
    case 'MaintenanceRefused':
      return `refused${by}: ${event.problems.join('; ')}`;
    default: {
      const unknown: never = event;
      throw new Error(`unknown maintenance event ${JSON.stringify(unknown)}`);
    }
  }
}

export function limitText({ scope, name, value }: LimitSetting): string {
  const unit = scope === 'startGap' && value !== null ? ' ms' : '';
  return `${scope}${name === null ? '' : ` ${name}`} ${value === null ? 'as configured' : `${value}${unit}`}`;
}
