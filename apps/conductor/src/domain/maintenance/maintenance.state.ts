import type { LimitScope } from '#contracts';
import { Map as IMap } from 'immutable';
import type { LimitSetting, MaintenanceEvent } from './maintenance.events.js';

/** Answers that can still be asked for; a person asks within seconds. */
const ANSWERS_MAX = 100;

export interface ChangedLimit extends LimitSetting {
  readonly value: number;
  readonly reason: string | null;
  readonly changedBy: string | null;
  readonly changedAtMs: number;
}

export interface Drain {
  readonly member: string;
  readonly requestId: string;
  readonly requestedBy: string | null;
  readonly reason: string;
  readonly sinceMs: number;
  readonly deadlineAtMs: number | null;
  readonly isDeadlinePassed: boolean;
  readonly stopRunning: boolean;
}

export interface Answer {
  readonly requestId: string;
  readonly accepted: boolean;
  readonly atMs: number;
  readonly notes: readonly string[];
}

/** What is in force beyond the configuration. */
export interface MaintenanceState {
  /** Number of events so far: the version that the next append expects. */
  readonly version: number;
  /** By {@link limitKey}. */
  readonly limits: IMap<string, ChangedLimit>;
  readonly drains: IMap<string, Drain>;
  /** Newest last. */
  readonly answers: readonly Answer[];
}

export const NO_MAINTENANCE: MaintenanceState = { version: 0, limits: IMap(), drains: IMap(), answers: [] };

/** Time will bring something about though no run is in hand. */
export function hasDeadlineToCome({ drains }: MaintenanceState): boolean {
  return drains.some(({ deadlineAtMs, isDeadlinePassed }) => deadlineAtMs !== null && !isDeadlinePassed);
}

export function limitKey(scope: LimitScope, name: string | null): string {
  return name === null ? scope : `${scope}:${name}`;
}

export function evolveMaintenance(state: MaintenanceState, event: MaintenanceEvent): MaintenanceState {
  return { ...changed(state, event), version: state.version + 1 };
}

function changed(state: MaintenanceState, event: MaintenanceEvent): MaintenanceState {
  switch (event.type) {
    case 'LimitsChanged':
      return answered({ ...state, limits: withChanges(state.limits, event) }, event, true, event.notes);
    case 'MemberDrained': {
      const { member, requestId, requestedBy, reason, deadlineAtMs, stopRunning, atMs } = event;
      const drain = {
        member,
        requestId,
        requestedBy,
        reason,
        sinceMs: state.drains.get(member)?.sinceMs ?? atMs,
        deadlineAtMs,
        isDeadlinePassed: false,
        stopRunning,
      };
      return answered({ ...state, drains: state.drains.set(member, drain) }, event, true, event.notes);
    }
    case 'DrainDeadlinePassed': {
      const drain = state.drains.get(event.member);
      return drain ? { ...state, drains: state.drains.set(event.member, { ...drain, isDeadlinePassed: true }) } : state;
    }
    case 'MemberResumed':
      return answered({ ...state, drains: state.drains.remove(event.member) }, event, true, []);
    case 'MaintenanceRefused':
      return answered(state, event, false, event.problems);
    default: {
      const unknown: never = event;
      throw new Error(`unknown maintenance event ${JSON.stringify(unknown)}`);
    }
  }
}

function withChanges(
  limits: MaintenanceState['limits'],
  { changes, reason, requestedBy, atMs }: Extract<MaintenanceEvent, { type: 'LimitsChanged' }>,
): MaintenanceState['limits'] {
  return changes.reduce((kept, { scope, name, value }) => {
    const key = limitKey(scope, name);
    if (value === null) return kept.remove(key);
    return kept.set(key, { scope, name, value, reason, changedBy: requestedBy, changedAtMs: atMs });
  }, limits);
}

function answered(
  state: MaintenanceState,
  { requestId, atMs }: MaintenanceEvent,
  accepted: boolean,
  notes: readonly string[],
): MaintenanceState {
  return { ...state, answers: [...state.answers, { requestId, accepted, atMs, notes }].slice(-ANSWERS_MAX) };
}
