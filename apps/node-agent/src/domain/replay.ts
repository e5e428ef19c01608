import { displayName, failure, type StartBackup, type StopBackup } from '#contracts';
import type { AttemptEffect, AttemptState, Ending, Phase, RunFacts, AttemptContext } from './attempt.js';
import { CLOSING_READ_MAX_MS, ORPHAN_SHOWS_WITHIN_MS } from './ending.js';
import type { AttemptRecord, Ended, Exited, JournalRecord, Refused, Starting, Stopping } from './journal-records.js';
import { compactedSteps } from './restore/step-replay.js';
import { isStepRecord } from './restore/step-records.js';

/** What the journal tells of one attempt. */
export interface JournaledAttempt {
  readonly command: StartBackup;
  readonly starting: Starting | null;
  readonly exited: Exited | null;
  readonly stopping: Stopping | null;
  readonly final: Ended | Refused | null;
  readonly reported: boolean;
}

export interface JournalContent {
  readonly attempts: ReadonlyMap<string, JournaledAttempt>;
  readonly stops: ReadonlyMap<string, StopBackup>;
  readonly highestEpoch: number;
  /** Records of attempts whose order is not in the journal, e.g. because its line was quarantined. */
  readonly orphans: ReadonlySet<string>;
}

export function readJournal(records: readonly JournalRecord[]): JournalContent {
  const attempts = new Map<string, JournaledAttempt>();
  const stops = new Map<string, StopBackup>();
  const orphans = new Set<string>();
  let highestEpoch = 0;
  for (const record of records) {
    if (isStepRecord(record)) {
      if (record.kind === 'stepReceived') highestEpoch = Math.max(highestEpoch, record.order.epoch);
    } else if (record.kind === 'epochSeen') highestEpoch = Math.max(highestEpoch, record.epoch);
    else if (record.kind === 'stopKnown') stops.set(record.attemptId, record.order);
    else if (record.kind === 'received') {
      highestEpoch = Math.max(highestEpoch, record.command.epoch);
      attempts.set(record.attemptId, {
        command: record.command,
        starting: null,
        exited: null,
        stopping: null,
        final: null,
        reported: false,
      });
    } else {
      const known = attempts.get(record.attemptId);
      if (known) attempts.set(record.attemptId, withRecord(known, record));
      else orphans.add(record.attemptId);
    }
  }
  return { attempts, stops, highestEpoch, orphans };
}

function withRecord(
  known: JournaledAttempt,
  record: Exclude<AttemptRecord, { kind: 'received' | 'stopKnown' | 'epochSeen' }>,
): JournaledAttempt {
  switch (record.kind) {
    case 'starting':
      return { ...known, starting: record };
    case 'started':
      return known;
    case 'exited':
      return { ...known, exited: record };
    case 'stopping':
      return { ...known, stopping: record };
    case 'ended':
    case 'refused':
      return { ...known, final: record };
    case 'reported':
      return { ...known, reported: true };
    default: {
      const unknown: never = record;
      throw new Error(`unknown record ${JSON.stringify(unknown)}`);
    }
  }
}

export interface Resumed {
  readonly state: AttemptState;
  readonly effects: readonly AttemptEffect[];
}

/**
 * How an attempt goes on after a restart of the agent. Nothing that may have run is ever started again: the process may
 * still be there as an orphan, and Exchange's lock says when it is gone.
 */
export function resume(journaled: JournaledAttempt, context: AttemptContext): Resumed {
  const { command, final } = journaled;
  const bytesDone = journaled.exited?.bytesDone ?? '0';
  if (final) {
    const message =
      final.kind === 'ended'
        ? ({ kind: 'ended', data: final.end } as const)
        : ({ kind: 'refused', data: final.refusal } as const);
    const phase: Phase = { name: 'ended', message };
    return { state: { command, bytesDone, phase }, effects: journaled.reported ? [] : [{ kind: 'tell', message }] };
  }
  const { starting, stopping } = journaled;
  if (!starting && !stopping) {
    const { runId, taskId, attemptId, attempt } = command;
    return {
      state: { command, bytesDone, phase: { name: 'waiting', giveUpAtMs: context.nowMs + context.limits.grantWaitMs } },
      effects: [
        {
          kind: 'tell',
          message: { kind: 'accepted', data: { runId, taskId, attemptId, attempt, memberId: context.memberId } },
        },
      ],
    };
  }
  return {
    state: { command, bytesDone, phase: unfinishedPhase(journaled, context) },
    effects: [{ kind: 'read', afterMs: 0 }],
  };
}

function unfinishedPhase(
  { command, starting, stopping, exited }: JournaledAttempt,
  { nowMs, limits, memberId }: AttemptContext,
): Phase {
  const run: RunFacts | null = starting && {
    before: starting.before ?? null,
    activeMember: starting.activeMember ?? null,
    startedAt: starting.at,
    startedAtMs: null,
  };
  const exit = exited && {
    exitCode: exited.exitCode ?? null,
    bytesDone: exited.bytesDone,
    lastLines: exited.lastLines,
    ...(exited.startFailure === undefined ? {} : { startFailure: exited.startFailure }),
  };
  const releaseUntilMs = nowMs + limits.releaseWaitMs;
  if (stopping) {
    const ending: Ending = { outcome: stopping.outcome, failure: stopping.failure };
    const untilMs = stopping.need === 'none' ? nowMs + CLOSING_READ_MAX_MS : releaseUntilMs;
    return { name: 'closing', ending, exit, run, need: stopping.need, untilMs, database: null };
  }
  if (exit && run) {
    if (exit.exitCode === 0) return { name: 'proving', exit, run, untilMs: nowMs + limits.proofWaitMs, database: null };
    return {
      name: 'closing',
      ending: null,
      exit,
      run,
      need: exit.exitCode === null ? 'free' : 'notBusy',
      untilMs: releaseUntilMs,
      database: null,
    };
  }
  const message = `the agent on ${displayName(memberId)} ended in the middle of the backup of ${command.databaseName}; what became of it is not known`;
  const ending: Ending = {
    outcome: 'interrupted',
    failure: failure('agent.interrupted', message, { retryable: true }),
  };
  return {
    name: 'closing',
    ending,
    exit: null,
    run,
    need: 'free',
    believedFromMs: nowMs + ORPHAN_SHOWS_WITHIN_MS,
    untilMs: releaseUntilMs,
    database: null,
  };
}

/** The records worth keeping: everything unfinished or unreported, and what ended after the moment given. */
export function compacted(
  records: readonly JournalRecord[],
  endedBeforeMs: number,
  nowUtc: string,
): readonly JournalRecord[] {
  const content = readJournal(records);
  const isRecent = (at: string): boolean => Date.parse(at) >= endedBeforeMs;
  const steps = compactedSteps(records.filter(isStepRecord), endedBeforeMs);
  const keptSteps = new Set<JournalRecord>(steps);
  const kept = records.filter((record) => {
    if (isStepRecord(record)) return keptSteps.has(record);
    if (record.kind === 'epochSeen') return false;
    if (record.kind === 'stopKnown') return isRecent(record.at);
    const attempt = content.attempts.get(record.attemptId);
    if (!attempt) return isRecent(record.at);
    if (!attempt.final || !attempt.reported) return true;
    const isNeeded =
      record.kind === 'received' || record.kind === 'ended' || record.kind === 'refused' || record.kind === 'reported';
    return isNeeded && isRecent(attempt.final.at);
  });
  return [{ kind: 'epochSeen', at: nowUtc, epoch: content.highestEpoch }, ...kept];
}
