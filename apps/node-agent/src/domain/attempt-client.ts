import type { ClientExit } from '../ports/backup-client.js';
import {
  unchanged,
  type AttemptEffect,
  type AttemptState,
  type AttemptTransition,
  type AttemptContext,
} from './attempt.js';
import { CLOSING_READ_MAX_MS } from './ending.js';
import { refAndMember } from './messages.js';

export function clientStarted(state: AttemptState, pid: number | null, context: AttemptContext): AttemptTransition {
  const { phase, command } = state;
  if (phase.name !== 'starting') return unchanged(state);
  return {
    state: { ...state, phase: { ...phase, name: 'running' } },
    effects: [
      { kind: 'journal', record: { kind: 'started', at: context.nowUtc, attemptId: command.attemptId, pid } },
      {
        kind: 'tell',
        message: { kind: 'started', data: { ...refAndMember(command, context), startedAt: phase.run.startedAt } },
      },
    ],
  };
}

/** The exit code decides what is asked of Exchange next. */
export function clientExited(state: AttemptState, exit: ClientExit, context: AttemptContext): AttemptTransition {
  const { phase, command } = state;
  const { limits, nowMs, nowUtc } = context;
  const withBytes = { ...state, bytesDone: exit.bytesDone };
  const read: AttemptEffect = { kind: 'read', afterMs: 0 };
  if (phase.name === 'stopping') {
    // The wait for Exchange goes on under the limit that began with the kill.
    return {
      state: {
        ...withBytes,
        phase: {
          name: 'closing',
          ending: phase.ending,
          exit,
          run: phase.run,
          need: 'free',
          untilMs: phase.untilMs,
          database: null,
        },
      },
      effects: [read],
    };
  }
  if (phase.name !== 'starting' && phase.name !== 'running') return unchanged(state);
  const journal: AttemptEffect = {
    kind: 'journal',
    record: { kind: 'exited', at: nowUtc, attemptId: command.attemptId, ...exit },
  };
  if (exit.exitCode === 0) {
    return {
      state: {
        ...withBytes,
        phase: { name: 'proving', exit, run: phase.run, untilMs: nowMs + limits.proofWaitMs, database: null },
      },
      effects: [journal, read],
    };
  }
  const need =
    exit.startFailure !== undefined
      ? ('none' as const)
      : exit.exitCode === null
        ? ('free' as const)
        : ('notBusy' as const);
  const untilMs = nowMs + (need === 'none' ? CLOSING_READ_MAX_MS : limits.releaseWaitMs);
  return {
    state: {
      ...withBytes,
      phase: { name: 'closing', ending: null, exit, run: phase.run, need, untilMs, database: null },
    },
    effects: [journal, read],
  };
}
