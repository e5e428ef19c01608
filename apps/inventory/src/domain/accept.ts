import type { DatabaseMoveObservation, NodeReport, ReportedDatabase } from '#contracts';
import { activeMemberIn } from './sightings.js';
import { withEntry, type InventoryState, type MemberRecord } from './state.js';

/** Instances remembered a member: enough for every message that a retry ladder of minutes may still hold back. */
const FORMER_INSTANCES_MAX = 16;

/** The records with a report in them; undefined when it is older than what is known and changes nothing. */
export function acceptReport(state: InventoryState, report: NodeReport, nowMs: number): InventoryState | undefined {
  const before = state.records.get(report.memberId);
  if (isOutdated(before, report)) return undefined;
  const { databases, agentInstanceId, sequence, ...server } = report;
  return accepted(state, nowMs, {
    memberId: report.memberId,
    agentInstanceId,
    sequence,
    formerInstanceIds: formerInstances(before, agentInstanceId),
    server,
    reportedAtMs: nowMs,
    observations: new Map(databases.map((database) => [database.guid, { database, receivedAtMs: nowMs }])),
  });
}

/** The same for one database of a member; the rest of what the member told stays. */
export function acceptMove(
  state: InventoryState,
  move: DatabaseMoveObservation,
  nowMs: number,
): InventoryState | undefined {
  const before = state.records.get(move.memberId);
  if (isOutdated(before, move)) return undefined;
  const observation = { database: move.database, receivedAtMs: nowMs };
  return accepted(withLastMove(state, move.database, nowMs), nowMs, {
    memberId: move.memberId,
    agentInstanceId: move.agentInstanceId,
    sequence: move.sequence,
    formerInstanceIds: formerInstances(before, move.agentInstanceId),
    server: before?.server ?? null,
    reportedAtMs: before?.reportedAtMs ?? null,
    observations: withEntry(before?.observations ?? new Map(), move.database.guid, observation),
  });
}

function accepted(state: InventoryState, nowMs: number, record: MemberRecord): InventoryState {
  return {
    ...state,
    records: withEntry(state.records, record.memberId, record),
    heardAtMs: withEntry(state.heardAtMs, record.memberId, nowMs),
  };
}

/** Whoever saw a move knows better than what the old active member said of itself before. */
function withLastMove(state: InventoryState, database: ReportedDatabase, nowMs: number): InventoryState {
  const known = state.databases.get(database.guid);
  const toMember = activeMemberIn(database);
  if (!known || toMember === null || toMember === known.activeMember) return state;
  return {
    ...state,
    databases: withEntry(state.databases, known.guid, {
      ...known,
      lastMove: { toMember, seenAtMs: nowMs, isWitnessed: true },
    }),
  };
}

function isOutdated(
  before: MemberRecord | undefined,
  message: { readonly agentInstanceId: string; readonly sequence: number },
): boolean {
  if (!before) return false;
  if (before.agentInstanceId === message.agentInstanceId) return message.sequence <= before.sequence;
  return before.formerInstanceIds.includes(message.agentInstanceId);
}

function formerInstances(before: MemberRecord | undefined, agentInstanceId: string): readonly string[] {
  if (!before) return [];
  if (before.agentInstanceId === agentInstanceId) return before.formerInstanceIds;
  return [...before.formerInstanceIds, before.agentInstanceId].slice(-FORMER_INSTANCES_MAX);
}
