import type { AlarmList, RestorePreflight, RestoreRequest } from '#contracts';
import type { Conductor } from '../application/conductor.js';
import type { Inventory } from '../application/ports.js';
import { worldFromSnapshot } from '../domain/world.js';
import { restoreOrderOf } from './decide/request.js';
import { propose } from './plan.js';
import { preflightOf } from './preflight.js';
import { alarmViewOf } from './restore-views.js';
import type { RestoreSettings } from './settings.js';

const ALARMS_DEFAULT = 500;

export interface RestoreQueriesOptions {
  readonly conductor: Conductor;
  readonly inventory: Inventory;
  readonly settings: RestoreSettings;
  readonly maxAgeMs: number;
  readonly waitMs: number;
}

/** Answers about restores that no run's history has. */
export class RestoreQueries {
  constructor(private readonly options: RestoreQueriesOptions) {}

  /** By a fresh look of its own: nothing is stored, and the conductor's picture is not touched. */
  async preflight(request: RestoreRequest): Promise<RestorePreflight> {
    const { conductor, inventory, settings, maxAgeMs, waitMs } = this.options;
    const order = restoreOrderOf(request);
    const [snapshot, backups] = await Promise.all([
      inventory.snapshot({ maxAgeMs, waitMs }),
      inventory.backups(order.databases),
    ]);
    const world = worldFromSnapshot(snapshot);
    const alive = new Set(snapshot.members.filter(({ agent }) => agent.state === 'alive').map(({ id }) => id));
    const proposal = propose(order, backups, {
      world,
      isAlive: (member) => alive.has(member) || conductor.isAlive(member),
    });
    return preflightOf(proposal, world, settings);
  }

  alarms(limit = ALARMS_DEFAULT): AlarmList {
    const alarms = this.options.conductor
      .restores()
      .flatMap((run) => [...run.alarms.values()].map((alarm) => alarmViewOf(alarm, run)))
      .toSorted((a, b) => (a.raisedAt < b.raisedAt ? -1 : a.raisedAt > b.raisedAt ? 1 : 0));
    return { alarms: alarms.slice(0, limit) };
  }
}
