import { failure, type ReportedDatabase } from '#contracts';
import type { ClientExit } from '../ports/backup-client.js';
import type {
  AttemptEffect,
  AttemptInput,
  AttemptState,
  CheckResult,
  Ending,
  Phase,
  PhaseOf,
  Step,
  StepContext,
} from './attempt.js';
import { CLOSING_READ_MAX_MS, afterRead, finishNow } from './ending.js';
import { refAndMember } from './messages.js';
import {
  agentStopped,
  declaredStale,
  leaseExpired,
  neverGranted,
  stopOrdered,
  supersededBy,
  timedOut,
} from './stop-reasons.js';

/**
 * The life of an attempt: state and input in, state and effects out, nothing else touched.
 *
 *     waiting → checking → noting → starting → running → proving ──→ ended
 *        │          │         │         └─────────┴→ stopping → closing → ended
 *        └──────────┴─────────┴→ closing, or refused ────────────→ ended
 *
 * Every input first meets the clock: a lease that is over is over, also for an agent that was frozen and finds a
 * grant, a passed check or an order in its hands when it wakes up.
 */
export function step(state: AttemptState, input: AttemptInput, context: StepContext): Step {
  const timed = applyClock(state, context);
  const taken = applyInput(timed.state, input, context);
  return { state: taken.state, effects: [...timed.effects, ...taken.effects] };
}

/** When the clock alone will change the state, or null: never. */
export function nextDeadlineMs(phase: Phase): number | null {
  switch (phase.name) {
    case 'waiting':
      return phase.giveUpAtMs;
    case 'checking':
    case 'noting':
      return phase.leaseUntilMs;
    case 'starting':
    case 'running':
      return Math.min(phase.leaseUntilMs, phase.timeoutAtMs);
    case 'stopping':
    case 'proving':
    case 'closing':
      return phase.untilMs;
    case 'ended':
      return null;
    default: {
      const unknown: never = phase;
      throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
    }
  }
}

function applyClock(state: AttemptState, context: StepContext): Step {
  const { phase } = state;
  const deadlineMs = nextDeadlineMs(phase);
  if (deadlineMs === null || context.nowMs < deadlineMs) return same(state);
  switch (phase.name) {
    case 'waiting':
      return stop(state, context, {
        outcome: 'stopped',
        failure: neverGranted(state.command, context.limits.grantWaitMs),
      });
    case 'checking':
    case 'noting':
      return stop(state, context, { outcome: 'stopped', failure: leaseExpired(state.command) });
    case 'starting':
    case 'running':
      if (context.nowMs >= phase.leaseUntilMs)
        return stop(state, context, { outcome: 'stopped', failure: leaseExpired(state.command) });
      return stop(state, context, {
        outcome: 'failed',
        failure: timedOut(state.command, context.limits.attemptTimeoutMs),
      });
    case 'stopping':
    case 'proving':
    case 'closing':
      return finishNow(state, phase, context);
    case 'ended':
      return same(state);
    default: {
      const unknown: never = phase;
      throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
    }
  }
}

function applyInput(state: AttemptState, input: AttemptInput, context: StepContext): Step {
  switch (input.kind) {
    case 'tick':
      return same(state);
    case 'granted':
      return granted(state, input.leaseUntilMs, context);
    case 'stale':
      return stop(state, context, { outcome: 'stopped', failure: declaredStale(state.command) });
    case 'superseded':
      return stop(state, context, { outcome: 'stopped', failure: supersededBy(input.byAttemptId) });
    case 'stopOrdered':
      return stop(state, context, { outcome: 'stopped', failure: stopOrdered(input.reason) });
    case 'agentStopping':
      return agentStopping(state, context);
    case 'checked':
      return checked(state, input.result, context);
    case 'refuse':
      return state.phase.name === 'waiting'
        ? refuse(state, { kind: 'refused', failure: input.failure }, context)
        : same(state);
    case 'noted':
      return noted(state, context);
    case 'journalFailed':
      return journalFailed(state, input.message, context);
    case 'clientStarted':
      return clientStarted(state, input.pid, context);
    case 'progress':
      return state.phase.name === 'running' || state.phase.name === 'starting'
        ? same({ ...state, bytesDone: input.bytesDone })
        : same(state);
    case 'clientExited':
      return clientExited(state, input.exit, context);
    case 'databaseRead':
      return databaseRead(state, input.database, context);
    default: {
      const unknown: never = input;
      throw new Error(`unknown input ${JSON.stringify(unknown)}`);
    }
  }
}

function granted(state: AttemptState, leaseUntilMs: number, context: StepContext): Step {
  // The grant answers a heartbeat that was sent too long ago: it was over before it came.
  if (leaseUntilMs <= context.nowMs) return same(state);
  const { phase } = state;
  if (phase.name === 'waiting')
    return { state: { ...state, phase: { name: 'checking', leaseUntilMs } }, effects: [{ kind: 'check' }] };
  if (phase.name === 'checking' || phase.name === 'noting' || phase.name === 'starting' || phase.name === 'running') {
    return same({ ...state, phase: { ...phase, leaseUntilMs: Math.max(phase.leaseUntilMs, leaseUntilMs) } });
  }
  // Once stopping, an attempt stays stopped: the conductor may have sent its task elsewhere.
  return same(state);
}

function checked(state: AttemptState, result: CheckResult, context: StepContext): Step {
  const { command, phase } = state;
  if (phase.name !== 'checking') return same(state);
  if (result.kind === 'refused') return refuse(state, result, context);
  const { database, before } = result;
  const run = { before, activeMember: database.activeMember, startedAt: context.nowUtc, startedAtMs: context.nowMs };
  const { attemptId } = command;
  return {
    state: { ...state, phase: { name: 'noting', leaseUntilMs: phase.leaseUntilMs, run, database } },
    effects: [
      {
        kind: 'note',
        record: { kind: 'starting', at: context.nowUtc, attemptId, before, activeMember: run.activeMember },
      },
    ],
  };
}

function noted(state: AttemptState, context: StepContext): Step {
  const { phase } = state;
  if (phase.name !== 'noting') return same(state);
  const { database, leaseUntilMs } = phase;
  const run = { ...phase.run, startedAt: context.nowUtc, startedAtMs: context.nowMs };
  return {
    state: {
      ...state,
      phase: { name: 'starting', leaseUntilMs, timeoutAtMs: context.nowMs + context.limits.attemptTimeoutMs, run },
    },
    effects: [{ kind: 'start', databaseName: database.name, replicated: database.copies.length > 1 }],
  };
}

function refuse(state: AttemptState, result: CheckResult & { readonly kind: 'refused' }, context: StepContext): Step {
  const refusal = {
    ...refAndMember(state.command, context),
    failure: result.failure,
    ...(result.database ? { database: result.database } : {}),
  };
  const message = { kind: 'refused' as const, data: refusal };
  return {
    state: { ...state, phase: { name: 'ended', message } },
    effects: [
      { kind: 'journal', record: { kind: 'refused', at: context.nowUtc, attemptId: state.command.attemptId, refusal } },
      { kind: 'tell', message },
    ],
  };
}

/** The record before the start could not be written, so nothing was started, and nothing will be. */
function journalFailed(state: AttemptState, message: string, context: StepContext): Step {
  if (state.phase.name !== 'noting') return same(state);
  const reason = failure(
    'journal.unwritable',
    `the agent could not note the start on disk, so it did not start: ${message}`,
    { retryable: true },
  );
  return refuse(state, { kind: 'refused', failure: reason }, context);
}

function clientStarted(state: AttemptState, pid: number | null, context: StepContext): Step {
  const { phase, command } = state;
  if (phase.name !== 'starting') return same(state);
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

function clientExited(state: AttemptState, exit: ClientExit, context: StepContext): Step {
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
  if (phase.name !== 'starting' && phase.name !== 'running') return same(state);
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

function databaseRead(state: AttemptState, database: ReportedDatabase | null, context: StepContext): Step {
  const { phase } = state;
  return phase.name === 'proving' || phase.name === 'closing'
    ? afterRead(state, phase, database, context)
    : same(state);
}

/** Ends an attempt from wherever it is: what runs is killed, what does not run never will. */
function stop(state: AttemptState, context: StepContext, ending: Ending): Step {
  const { phase, command } = state;
  const record = (need: 'none' | 'free'): AttemptEffect => ({
    kind: 'journal',

    record: { kind: 'stopping', at: context.nowUtc, attemptId: command.attemptId, ...ending, need },
  });
  if (phase.name === 'waiting' || phase.name === 'checking' || phase.name === 'noting') {
    const untilMs = context.nowMs + CLOSING_READ_MAX_MS;
    const closing: PhaseOf<'closing'> = {
      name: 'closing',
      ending,
      exit: null,
      run: null,
      need: 'none',
      untilMs,
      database: null,
    };
    return { state: { ...state, phase: closing }, effects: [record('none'), { kind: 'read', afterMs: 0 }] };
  }
  if (phase.name === 'starting' || phase.name === 'running') {
    const untilMs = context.nowMs + context.limits.releaseWaitMs;
    // The kill comes before the journal: a slow or full disk must not let the client outlive its lease.
    return {
      state: { ...state, phase: { name: 'stopping', ending, run: phase.run, untilMs } },
      effects: [{ kind: 'kill' }, record('free')],
    };
  }
  return same(state);
}

/** What runs cannot renew its lease without an agent, so it is killed; what waits goes on waiting in the journal. */
function agentStopping(state: AttemptState, context: StepContext): Step {
  const { phase } = state;
  if (phase.name === 'noting' || phase.name === 'starting' || phase.name === 'running') {
    return stop(state, context, { outcome: 'stopped', failure: agentStopped(context.memberId) });
  }
  if (phase.name !== 'checking') return same(state);
  return same({ ...state, phase: { name: 'waiting', giveUpAtMs: context.nowMs + context.limits.grantWaitMs } });
}

function same(state: AttemptState): Step {
  return { state, effects: [] };
}
