import type { AgentState } from '#contracts';
import type { InventorySettings, InventoryState, MemberRecord } from './state.js';

/** Ages never go below zero, though the clock may be set back. */
export function ageMs(atMs: number, nowMs: number): number {
  return Math.max(0, Math.round(nowMs - atMs));
}

export function agentState(
  state: InventoryState,
  settings: InventorySettings,
  memberId: string,
  nowMs: number,
): AgentState {
  const heardAtMs = state.heardAtMs.get(memberId);
  if (heardAtMs !== undefined) return ageMs(heardAtMs, nowMs) < settings.silentAfterMs ? 'alive' : 'silent';
  return state.records.has(memberId) ? 'silent' : 'never';
}

/** True where a member's own report may overrule what others say of that member. */
export function hasFreshReport(
  state: InventoryState,
  settings: InventorySettings,
  memberId: string,
  nowMs: number,
): boolean {
  const reportedAtMs = state.records.get(memberId)?.reportedAtMs;
  if (reportedAtMs === undefined || reportedAtMs === null) return false;
  return (
    ageMs(reportedAtMs, nowMs) <= settings.reportMaxAgeMs && agentState(state, settings, memberId, nowMs) === 'alive'
  );
}

/** Nothing was heard for the limit, counted from the start of listening where nothing was heard at all. */
export function isLost(state: InventoryState, settings: InventorySettings, memberId: string, nowMs: number): boolean {
  const sinceMs = state.heardAtMs.get(memberId) ?? state.listeningSinceMs;
  return (
    (state.records.has(memberId) || state.heardAtMs.has(memberId)) && ageMs(sinceMs, nowMs) >= settings.silentAfterMs
  );
}

export type FreshRecords = ReadonlyMap<string, MemberRecord>;

export function freshRecords(state: InventoryState, settings: InventorySettings, nowMs: number): FreshRecords {
  return new Map([...state.records].filter(([memberId]) => hasFreshReport(state, settings, memberId, nowMs)));
}
