import {
  failure,
  type AttemptEnd,
  type BackupEvidence,
  type Failure,
  type MadeBackup,
  type ReportedDatabase,
} from '#contracts';
import type { AttemptState, Phase, PhaseOf, RunFacts, AttemptTransition, AttemptContext } from './attempt.js';
import { failureOfExit, hasMoved, movedFailure } from './exit-verdict.js';
import { headerOf } from './final-check.js';
import { refAndMember } from './messages.js';

/** How often Exchange is asked while an attempt waits for its proof or for the end of "backup in progress". */
export const READ_EVERY_MS = 1_000;
/** How long the end of an attempt that never ran waits for a fresh look at the database. */
export const CLOSING_READ_MAX_MS = 5_000;
/** A backup client signs on and prepares before Exchange shows a backup in progress; one that lost its agent meanwhile shows by then. */
export const ORPHAN_SHOWS_WITHIN_MS = 10_000;

/** A look at the database came back, or failed (null): is the wait over? */
export function afterRead(
  state: AttemptState,
  phase: PhaseOf<'proving' | 'closing'>,
  database: ReportedDatabase | null,
  context: AttemptContext,
): AttemptTransition {
  // A failed look does not wipe out what an earlier one saw.
  const seen = { ...phase, database: database ?? phase.database, ...whatShowed(database, context) };
  if (isSettled(state, seen, database, context)) return finishNow(state, seen, context);
  return { state: { ...state, phase: seen }, effects: [{ kind: 'read', afterMs: READ_EVERY_MS }] };
}

/** What was seen at work is seen to end, too. */
function whatShowed(
  database: ReportedDatabase | null,
  { nowMs }: AttemptContext,
): { readonly believedFromMs?: number } {
  return database?.backupInProgress === true ? { believedFromMs: nowMs } : {};
}

function isSettled(
  state: AttemptState,
  phase: PhaseOf<'proving' | 'closing'>,
  latest: ReportedDatabase | null,
  { nowMs }: AttemptContext,
): boolean {
  if (phase.name === 'proving') return latest !== null && evidenceOf(state, phase.run, latest).proven;
  switch (phase.need) {
    case 'none':
      return true;
    case 'notBusy':
      return latest !== null && latest.backupInProgress !== true;
    case 'free':
      return latest?.backupInProgress === false && nowMs >= (phase.believedFromMs ?? nowMs);
    default: {
      const unknown: never = phase.need;
      throw new Error(`unknown need ${String(unknown)}`);
    }
  }
}

interface Verdict {
  readonly outcome: AttemptEnd['outcome'];
  readonly failure?: Failure;
}

/** Ends the attempt with what is known now. */
export function finishNow(
  state: AttemptState,
  phase: PhaseOf<'stopping' | 'proving' | 'closing'>,
  context: AttemptContext,
): AttemptTransition {
  const database = phase.name === 'stopping' ? null : phase.database;
  const exit = phase.name === 'stopping' ? null : phase.exit;
  const verdict = withRelease(verdictOf(state, phase, context), state, phase, context);
  const end: AttemptEnd = {
    ...refAndMember(state.command, context),
    ...verdict,
    bytes: state.bytesDone,
    durationMs: durationMs(phase.run, context),
    exitCode: exit?.exitCode ?? null,
    ...(phase.run ? { evidence: evidenceOf(state, phase.run, database) } : {}),
    ...(database ? { database } : {}),
    ...(verdict.outcome === 'succeeded' && phase.run ? { made: madeBy(state, phase.run, context) } : {}),
  };
  const message = { kind: 'ended' as const, data: end };
  return {
    state: { ...state, phase: { name: 'ended', message } },
    effects: [
      { kind: 'journal', record: { kind: 'ended', at: context.nowUtc, attemptId: state.command.attemptId, end } },
      { kind: 'tell', message },
    ],
  };
}

function verdictOf(
  state: AttemptState,
  phase: PhaseOf<'stopping' | 'proving' | 'closing'>,
  context: AttemptContext,
): Verdict {
  if (phase.name === 'proving') return verdictOfProof(state, phase, context);
  if (phase.name === 'stopping') return phase.ending;
  if (phase.ending) return phase.ending;
  if (!phase.exit || !phase.run)
    throw new Error(`attempt ${state.command.attemptId} ends with neither a decision nor an exit`);
  return {
    outcome: 'failed',
    failure: failureOfExit(state.command.databaseName, phase.exit, phase.run, phase.database),
  };
}

function verdictOfProof(state: AttemptState, phase: PhaseOf<'proving'>, { limits }: AttemptContext): Verdict {
  const { command } = state;
  if (evidenceOf(state, phase.run, phase.database).proven || limits.proof === 'advisory')
    return { outcome: 'succeeded' };
  const details = { exitCode: phase.exit.exitCode, lastLines: phase.exit.lastLines };
  if (hasMoved(phase.run, phase.database)) {
    return { outcome: 'failed', failure: movedFailure(command.databaseName, phase.run, phase.database, details) };
  }
  const message =
    `the backup client ended with 0, but Exchange's last ${command.backupType} backup of ${command.databaseName} ` +
    `did not move within ${limits.proofWaitMs} ms, so the backup is not counted`;
  return { outcome: 'failed', failure: failure('proof.missing', message, { retryable: true, details }) };
}

/** Says so when Exchange never confirmed that its lock on the database is gone: the next backup may find it still held. */
function withRelease(verdict: Verdict, state: AttemptState, phase: Phase, context: AttemptContext): Verdict {
  const { limits } = context;
  const waited =
    phase.name === 'stopping' ||
    (phase.name === 'closing' && phase.need !== 'none' && !isSettled(state, phase, phase.database, context));
  if (!waited || !verdict.failure) return verdict;
  const what =
    phase.name === 'stopping'
      ? 'the killed client did not end'
      : 'Exchange did not confirm that no backup is in progress';
  const told = failure(verdict.failure.type, `${verdict.failure.message}; ${what} within ${limits.releaseWaitMs} ms`, {
    ...verdict.failure,
    details: { ...verdict.failure.details, released: false },
  });
  return { ...verdict, failure: told };
}

/** Exchange's own header before and after: the only evidence independent of the backup client (MS-WSB). */
function evidenceOf({ command }: AttemptState, run: RunFacts, database: ReportedDatabase | null): BackupEvidence {
  const after = database ? headerOf(database, command.backupType) : null;
  const proven = after !== null && (run.before === null || Date.parse(after) > Date.parse(run.before));
  return { before: run.before, after, proven };
}

function madeBy({ command }: AttemptState, run: RunFacts, { nowUtc }: AttemptContext): MadeBackup {
  const { databaseGuid, databaseName, backupType } = command;
  return { databaseGuid, databaseName, backupType, startedAt: run.startedAt, endedAt: nowUtc };
}

function durationMs(run: RunFacts | null, { nowMs, nowUtc }: AttemptContext): number {
  if (!run) return 0;
  const elapsedMs = run.startedAtMs === null ? Date.parse(nowUtc) - Date.parse(run.startedAt) : nowMs - run.startedAtMs;
  return Math.max(0, Math.round(elapsedMs));
}
