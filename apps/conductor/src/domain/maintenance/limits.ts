import type { LimitScope } from '#contracts';
import type { Settings } from '../settings.js';
import { limitKey, type MaintenanceState } from './maintenance.state.js';

/** What the configuration says for every DAG, site, member and so on; null: no limit. */
export function configuredLimit(settings: Settings, scope: LimitScope): number | null {
  switch (scope) {
    case 'global':
      return settings.parallelInAll;
    case 'dag':
      return settings.parallelPerDag;
    case 'site':
      return settings.parallelPerSite;
    case 'member':
      return settings.parallelPerMember;
    case 'storageServer':
      return settings.parallelPerStorageServer;
    case 'volume':
      return settings.parallelPerVolume;
    case 'startGap':
      return settings.startGapMs;
    default: {
      const unknown: never = scope;
      throw new Error(`unknown limit ${String(unknown)}`);
    }
  }
}

/** The limit in force: of its own, else the changed one of its kind, else the configured one. Null: none. */
export function limitOf(
  maintenance: MaintenanceState,
  settings: Settings,
  scope: LimitScope,
  name: string | null,
): number | null {
  const own = name === null ? undefined : maintenance.limits.get(limitKey(scope, name));
  return (own ?? maintenance.limits.get(limitKey(scope, null)))?.value ?? configuredLimit(settings, scope);
}

export function startGapMs(maintenance: MaintenanceState, settings: Settings, member: string): number {
  return limitOf(maintenance, settings, 'startGap', member) ?? 0;
}
