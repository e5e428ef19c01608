import {
  displayName,
  failure,
  restoreStepOf,
  type OrderRestoreStep,
  type RestoreStepEnd,
  type StopRestoreStep,
} from '#contracts';
import { CLOSING_LOOK_MAX_MS } from './step-end.js';
import { newStep } from './step-life.js';
import { stepRef } from './step-ref.js';
import type { StepRecord } from './step-records.js';
import { isClientStep, type StepContext, type StepEnding, type Transition } from './work.js';

/** What the journal tells of one step. */
export interface JournaledStep {
  readonly order: OrderRestoreStep;
  /** When the first change was noted; null: nothing was begun. */
  readonly changingSince: string | null;
  readonly end: RestoreStepEnd | null;
  readonly endedAt: string | null;
  readonly reported: boolean;
}

export interface JournaledSteps {
  readonly steps: ReadonlyMap<string, JournaledStep>;
  readonly stops: ReadonlyMap<string, StopRestoreStep>;
}

export function readSteps(records: readonly StepRecord[]): JournaledSteps {
  const steps = new Map<string, JournaledStep>();
  const stops = new Map<string, StopRestoreStep>();
  for (const record of records) {
    if (record.kind === 'stepStopKnown') stops.set(record.stepId, record.order);
    else if (record.kind === 'stepReceived')
      steps.set(record.stepId, {
        order: record.order,
        changingSince: null,
        end: null,
        endedAt: null,
        reported: false,
      });
    else {
      const known = steps.get(record.stepId);
      if (known) steps.set(record.stepId, withRecord(known, record));
    }
  }
  return { steps, stops };
}

function withRecord(
  known: JournaledStep,
  record: Exclude<StepRecord, { kind: 'stepReceived' | 'stepStopKnown' }>,
): JournaledStep {
  switch (record.kind) {
    case 'stepChanging':
      return { ...known, changingSince: known.changingSince ?? record.at };
    case 'stepFinished':
      return { ...known, end: record.end, endedAt: record.at };
    case 'stepReported':
      return { ...known, reported: true };
    default: {
      const unknown: never = record;
      throw new Error(`unknown record ${JSON.stringify(unknown)}`);
    }
  }
}

/**
 * How a step goes on after a restart of the agent. What had begun is not gone on with: a client that outlived the agent is ended
 * first, for nobody holds it to its lease any more, and then the step is told as Exchange shows it.
 */
export function resumeStep(journaled: JournaledStep, context: StepContext): Transition {
  const { order, changingSince, end, reported } = journaled;
  const step = restoreStepOf(order.step);
  const fresh = newStep(order, step, context.nowMs + context.limits.grantWaitMs);
  if (end) {
    const message = { kind: 'stepEnded' as const, data: end };
    return {
      state: { ...fresh, phase: { name: 'ended', message } },
      effects: reported ? [] : [{ kind: 'tell', message }],
    };
  }
  if (changingSince === null) {
    const data = { ...stepRef(order), memberId: context.memberId };
    return { state: fresh, effects: [{ kind: 'tell', message: { kind: 'stepAccepted', data } }] };
  }
  const text = `the agent on ${displayName(context.memberId)} ended in the middle of the step ${step.kind} of ${order.databaseName}`;
  const ending: StepEnding = {
    outcome: 'interrupted',
    failure: failure('agent.interrupted', text, { retryable: true }),
  };
  const isClient = isClientStep(step);
  const made = isClient ? ('runClient' as const) : ('mount' as const);
  const work = {
    ...fresh.work,
    startedAt: changingSince,
    // Which changes were made no longer matters: none is made any more.
    made: [made],
    clientStarted: isClient,
  };
  if (isClient) {
    const untilMs = context.nowMs + context.limits.releaseWaitMs;
    return {
      state: { ...fresh, work, phase: { name: 'stopping', ending, untilMs } },
      effects: [{ kind: 'endOrphans' }],
    };
  }
  return {
    state: { ...fresh, work, phase: { name: 'closing', ending, untilMs: context.nowMs + CLOSING_LOOK_MAX_MS } },
    effects: [{ kind: 'look', afterMs: 0 }],
  };
}

/** The records worth keeping: everything unfinished or unreported, and what ended after the moment given. */
export function compactedSteps(records: readonly StepRecord[], endedBeforeMs: number): readonly StepRecord[] {
  const { steps } = readSteps(records);
  const isRecent = (at: string): boolean => Date.parse(at) >= endedBeforeMs;
  return records.filter((record) => {
    const step = steps.get(record.stepId);
    if (record.kind === 'stepStopKnown' || !step) return isRecent(record.at);
    if (step.end === null || !step.reported) return true;
    return record.kind !== 'stepChanging' && step.endedAt !== null && isRecent(step.endedAt);
  });
}
