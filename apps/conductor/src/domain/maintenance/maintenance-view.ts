import {
  LIMIT_SCOPES,
  type DefaultWindowView,
  type DrainView,
  type LimitView,
  type MaintenanceView,
  type SlotUseView,
} from '#contracts';
import { restoresBySlot } from '../../restore/sessions.js';
import type { ConductorState } from '../conductor.state.js';
import type { Settings } from '../settings.js';
import { slotOf } from '../slots.js';
import type { World } from '../world.js';
import { standAt } from '../window/window.js';
import { configuredLimit, limitOf } from './limits.js';
import type { ChangedLimit } from './maintenance.state.js';

/** What is in force at this moment. */
export function maintenanceView(
  state: ConductorState,
  world: World,
  settings: Settings,
  nowMs: number,
  requestId?: string,
): MaintenanceView {
  const { maintenance } = state;
  const answer = maintenance.answers.findLast((each) => each.requestId === requestId);
  return {
    limits: limitViews(state, settings),
    inUse: [...inUse(state, world)].map(([key, used]): SlotUseView => {
      const { scope, name } = slotOf(key);
      return { scope, name, used, limit: limitOf(maintenance, settings, scope, name) };
    }),
    drains: [...maintenance.drains.values()].map((drain): DrainView => ({
      member: drain.member,
      reason: drain.reason,
      since: iso(drain.sinceMs),
      requestedBy: drain.requestedBy,
      deadlineAt: drain.deadlineAtMs === null ? null : iso(drain.deadlineAtMs),
      isDeadlinePassed: drain.isDeadlinePassed,
      stopRunning: drain.stopRunning,
      running: state.liveByAttempt.count(({ member }) => member === drain.member),
    })),
    defaultWindow: windowView(settings, nowMs),
    answer: answer
      ? { requestId: answer.requestId, accepted: answer.accepted, at: iso(answer.atMs), notes: answer.notes }
      : null,
  };
}

/** Backups and restores together, by the key of the slot. */
function inUse(state: ConductorState, world: World): ReadonlyMap<string, number> {
  const counts = new Map(state.used);
  for (const [key, restores] of restoresBySlot(state, world)) counts.set(key, (counts.get(key) ?? 0) + restores);
  return counts;
}

function windowView({ defaultWindow: window }: Settings, nowMs: number): DefaultWindowView | null {
  if (window === null) return null;
  const { isOpen, mayStart, changesAtMs } = standAt(window, nowMs);
  return { window, isOpen, mayStart, changesAt: changesAtMs === null ? null : iso(changesAtMs) };
}

/** One for each kind, then those that have a name of their own. */
function limitViews({ maintenance }: ConductorState, settings: Settings): readonly LimitView[] {
  const general = LIMIT_SCOPES.map((scope): LimitView => {
    const changed = maintenance.limits.get(scope);
    if (changed) return changedView(changed);
    const value = configuredLimit(settings, scope);
    return { scope, name: null, value, isChanged: false, reason: null, changedBy: null, changedAt: null };
  });
  const named = [...maintenance.limits.values()].filter(({ name }) => name !== null).map(changedView);
  return [...general, ...named];
}

function changedView({ scope, name, value, reason, changedBy, changedAtMs }: ChangedLimit): LimitView {
  return { scope, name, value, isChanged: true, reason, changedBy, changedAt: iso(changedAtMs) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
