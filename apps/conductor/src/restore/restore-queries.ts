import type { AlarmList, RestorePreflight, RestoreRequest } from '#contracts';
import type { Clock, Inventory } from '../application/ports.js';
import type { Standing } from '../application/standing.js';
import { worldFromSnapshot } from '../domain/world.js';
import { restoreOrderOf } from './decide/request.js';
import { pictureFor, proposalFor } from './picture.js';
import { preflightOf } from './preflight.js';
import { notLearned } from './problems.js';
import { alarmViewOf } from './restore-views.js';
import type { RestoreSettings } from './settings.js';

const ALARMS_DEFAULT = 500;

export interface RestoreQueriesOptions {
  readonly standing: Standing;
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly settings: RestoreSettings;
  readonly maxAgeMs: number;
  readonly waitMs: number;
}

/** Answers about restores that no run's history has. */
export class RestoreQueries {
  constructor(private readonly options: RestoreQueriesOptions) {}

  /** By a fresh look of its own: nothing is stored, and the conductor's picture is not touched. */
  async preflight(request: RestoreRequest): Promise<RestorePreflight> {
    const { standing, clock, inventory, settings, maxAgeMs, waitMs } = this.options;
    const order = restoreOrderOf(request);
    const isAlive = (member: string): boolean => standing.isAlive(member);
    const picture = await pictureFor(order, { inventory, maxAgeMs, waitMs, isAlive });
    const { snapshot } = picture;
    const world = worldFromSnapshot(snapshot);
    const preflight = preflightOf(proposalFor(order, picture, { isAlive }), world, settings);
    const warnings = [...preflight.warnings, ...notLearned(snapshot.missingMembers, world, clock.nowMs())];
    return { ...preflight, warnings };
  }

  alarms(limit = ALARMS_DEFAULT): AlarmList {
    const alarms = this.options.standing
      .restores()
      .flatMap((run) => [...run.alarms.values()].map((alarm) => alarmViewOf(alarm, run)))
      .toSorted((a, b) => (a.raisedAt < b.raisedAt ? -1 : a.raisedAt > b.raisedAt ? 1 : 0));
    return { alarms: alarms.slice(0, limit) };
  }
}
