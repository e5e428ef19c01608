import type { AttemptEnd, BackupListing } from '#contracts';
import { gone } from './gone.js';
import { keyOf, type CatalogueState, type Listing, type Pending, type Source } from './state.js';

/** Instances remembered a member: enough for every message that a retry ladder of minutes may still hold back. */
const FORMER_INSTANCES_MAX = 16;

/** Backups of our own runs remembered; beyond it the oldest are known by the clients' listings alone. */
const MADE_MAX = 100_000;

/** A part of a listing came in. What is older than what is known changes nothing. */
export function acceptListing(state: CatalogueState, message: BackupListing, nowMs: number): CatalogueState {
  const before = state.sources.get(message.memberId);
  if (before && isOutdated(before, message)) return state;
  const heard = heardFrom(before, message);
  if (message.failed) return withSource(state, { ...heard, toldDigest: before?.toldDigest ?? null });
  const told: Source = { ...heard, toldDigest: message.digest };
  if (message.parts === 0) return withSource(state, { ...told, listing: confirmed(before, message, nowMs) });
  const pending = withPart(state.pending.get(message.memberId), message);
  if (pending.parts.size < message.parts)
    return { ...withSource(state, told), pending: new Map(state.pending).set(message.memberId, pending) };
  const listing = listingOf(message, pending, nowMs);
  const rest = new Map(state.pending);
  rest.delete(message.memberId);
  return gone({ ...withSource(state, { ...told, listing }), pending: rest }, listing, message.problem);
}

/** An attempt ended; when it made a backup, that is known until a client lists it. */
export function acceptEnd(state: CatalogueState, end: AttemptEnd, nowMs: number): CatalogueState {
  if (!end.made || state.made.has(end.attemptId)) return state;
  const { attemptId, runId, memberId, bytes, made } = end;
  const entry = { ...made, attemptId, runId, memberId, bytes, heardAtMs: nowMs };
  const next = new Map(state.made).set(attemptId, entry);
  const oldest = next.keys().next();
  if (next.size > MADE_MAX && !oldest.done) next.delete(oldest.value);
  return { ...state, made: next };
}

/** Members whose listing is not the one that they told of last: a part was lost, or this inventory was. */
export function incompleteMembers(state: CatalogueState): readonly string[] {
  return [...state.sources.values()]
    .filter(({ toldDigest, listing }) => toldDigest !== null && toldDigest !== listing?.digest)
    .map(({ memberId }) => memberId);
}

function heardFrom(before: Source | undefined, message: BackupListing): Source {
  const { memberId, agentInstanceId, sequence } = message;
  return {
    memberId,
    agentInstanceId,
    sequence,
    formerInstanceIds: formerInstances(before, agentInstanceId),
    toldDigest: null,
    problem: message.problem ?? null,
    listing: before?.listing ?? null,
  };
}

function confirmed(before: Source | undefined, { digest }: BackupListing, nowMs: number): Listing | null {
  const listing = before?.listing ?? null;
  return listing?.digest === digest ? { ...listing, confirmedAtMs: nowMs } : listing;
}

function withPart(before: Pending | undefined, message: BackupListing): Pending {
  const { agentInstanceId, sequence, part, backups } = message;
  const isSame = before?.agentInstanceId === agentInstanceId && before.sequence === sequence;
  const parts = new Map(isSame ? before.parts : []);
  return { agentInstanceId, sequence, parts: parts.set(part, backups) };
}

function listingOf({ memberId, digest }: BackupListing, { parts }: Pending, nowMs: number): Listing {
  const backups = [...parts.values()].flat().map((backup) => [keyOf(backup), backup] as const);
  return { memberId, digest, backups: new Map(backups), confirmedAtMs: nowMs };
}

function withSource(state: CatalogueState, source: Source): CatalogueState {
  return { ...state, sources: new Map(state.sources).set(source.memberId, source) };
}

function isOutdated(before: Source, message: BackupListing): boolean {
  if (before.agentInstanceId === message.agentInstanceId) return message.sequence < before.sequence;
  return before.formerInstanceIds.includes(message.agentInstanceId);
}

function formerInstances(before: Source | undefined, agentInstanceId: string): readonly string[] {
  if (!before || before.agentInstanceId === agentInstanceId) return before?.formerInstanceIds ?? [];
  return [...before.formerInstanceIds, before.agentInstanceId].slice(-FORMER_INSTANCES_MAX);
}
