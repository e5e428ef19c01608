import {
  restoreStepOf,
  type Failure,
  type OrderRestoreStep,
  type RestoreStepEnd,
  type RestoreStepRef,
  type StopRestoreStep,
} from '#contracts';
import type { JournalRecord } from '../domain/journal-records.js';
import { newStep } from '../domain/restore/step-life.js';
import { isStepRecord } from '../domain/restore/step-records.js';
import { stepRef } from '../domain/restore/step-ref.js';
import { readSteps, resumeStep } from '../domain/restore/step-replay.js';
import type { WorkMessage } from './outbox.js';
import { StepActor, type StepPorts } from './step-actor.js';
import type { InJournal, WorkKind, WorkWords } from './work-kind.js';

const WORDS: WorkWords = {
  one: 'step',
  several: 'steps of restores',
  whole: 'restore',
  superseded: 'step.superseded',
  stopOrdered: 'step.stop-ordered',
  unknown: 'step.unknown',
};

/** Steps of restores, for those who take orders about them. */
export class RestoreSteps implements WorkKind<OrderRestoreStep, StopRestoreStep, RestoreStepRef, StepActor> {
  readonly words = WORDS;
  /** A restore has one step in hand on a member; there are at most as many as databases there (MS-ED: 100). */
  readonly liveMax = 500;

  constructor(
    private readonly ports: StepPorts,
    private readonly onChange: () => void,
  ) {}

  idOf({ stepId }: RestoreStepRef): string {
    return stepId;
  }

  numberOf({ number }: RestoreStepRef): number {
    return number;
  }

  orderOf({ state }: StepActor): OrderRestoreStep {
    return state.order;
  }

  inJournal(): InJournal<StopRestoreStep, StepActor> {
    const { clock, journal, limits, memberId, log } = this.ports;
    const { steps, stops } = readSteps(journal.records.filter(isStepRecord));
    const context = { memberId, limits, nowMs: clock.monotonicMs(), nowUtc: clock.utcNow() };
    const works = [...steps].map(([stepId, journaled]) => {
      const { state, effects } = resumeStep(journaled, context);
      const { endedAt, reported } = journaled;
      const work = new StepActor(state, endedAt === null ? null : { endedAt, reported }, this.ports, this.onChange);
      const goOn = (): void => {
        if (journaled.end === null) log.info('step.resumed', { stepId, as: state.phase.name });
        work.perform(effects);
      };
      return { work, goOn };
    });
    return { highestEpoch: Math.max(0, ...[...steps.values()].map(({ order }) => order.epoch)), stops, works };
  }

  begun(order: OrderRestoreStep, giveUpAtMs: number): StepActor {
    return new StepActor(newStep(order, restoreStepOf(order.step), giveUpAtMs), null, this.ports, this.onChange);
  }

  orderRecord(order: OrderRestoreStep): JournalRecord {
    return { kind: 'stepReceived', at: this.ports.clock.utcNow(), stepId: order.stepId, order };
  }

  stopRecord(order: StopRestoreStep): JournalRecord {
    return { kind: 'stepStopKnown', at: this.ports.clock.utcNow(), stepId: order.stepId, order };
  }

  stopOf(ref: RestoreStepRef, reason: string): StopRestoreStep {
    return { ...stepRef(ref), reason };
  }

  /** Reseeds of several copies go on side by side and are nothing to each other. */
  excludeEachOther(one: OrderRestoreStep, other: OrderRestoreStep): boolean {
    return one.step.kind !== 'reseedCopy' || other.step.kind !== 'reseedCopy';
  }

  /** The steps of a restore are taken in their order. */
  waitsFor(one: OrderRestoreStep, other: OrderRestoreStep): boolean {
    const isSameTask = one.runId === other.runId && one.taskId === other.taskId;
    return isSameTask && other.number < one.number && this.excludeEachOther(one, other);
  }

  standingOf({ state: { order, phase } }: StepActor): readonly WorkMessage[] {
    if (phase.name === 'ended') return [phase.message];
    return [{ kind: 'stepAccepted', data: { ...stepRef(order), memberId: this.ports.memberId } }];
  }

  stoppedUnbegun(ref: RestoreStepRef, why: Failure): WorkMessage {
    return this.nothingDone(ref, 'stopped', why);
  }

  unknown(ref: RestoreStepRef, why: Failure): WorkMessage {
    return this.nothingDone(ref, 'refused', why);
  }

  private nothingDone(ref: RestoreStepRef, outcome: RestoreStepEnd['outcome'], why: Failure): WorkMessage {
    const nothing = { changed: false, wrote: false, bytes: '0', durationMs: 0 };
    const data = { ...stepRef(ref), memberId: this.ports.memberId, outcome, failure: why, ...nothing };
    return { kind: 'stepEnded', data };
  }
}
