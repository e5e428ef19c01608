import type { Failure, LiveAttempt } from '#contracts';
import { stepDeadlineMs } from '../domain/restore/step-clock.js';
import { advanceStep } from '../domain/restore/step-life.js';
import type { JournalRecord } from '../domain/journal-records.js';
import type { Change, Look, StepEffect, StepInput, StepLimits, StepState } from '../domain/restore/work.js';
import type { ExchangeChanges } from '../ports/exchange-changes.js';
import { errorText } from './error-text.js';
import { makeChange } from './exchange-change.js';
import { failureOfHost, lookFor } from './exchange-look.js';
import { WorkActor, type EarlierEnd, type WorkPorts, type WorkRules } from './work-actor.js';

/** Between two tries to find out whether a client outlived its agent. */
const ORPHANS_AGAIN_MS = 2_000;

export interface StepPorts extends WorkPorts<StepLimits> {
  readonly changes: ExchangeChanges;
}

const RULES: WorkRules<StepState, StepInput, StepEffect, StepLimits> = {
  take: advanceStep,
  deadlineMs: ({ phase }) => stepDeadlineMs(phase),
};

/** One step of a restore. */
export class StepActor extends WorkActor<StepState, StepInput, StepEffect, StepLimits, StepPorts> {
  /** A database that an order only names is known by its GUID once it was seen. */
  private seenGuid: string | null = null;

  constructor(state: StepState, earlier: EarlierEnd | null, ports: StepPorts, onChange: () => void) {
    super(state, earlier, RULES, ports, onChange);
  }

  /** In the place of an attempt. */
  live(): LiveAttempt | null {
    if (this.isDone) return null;
    const { order, bytesDone, phase } = this.state;
    const shown = { attemptId: order.stepId, attempt: order.number, bytesDone };
    switch (phase.name) {
      case 'waiting':
        return { ...shown, state: 'accepted' };
      case 'looking':
      case 'noting':
      case 'changing':
        return { ...shown, state: 'running' };
      case 'stopping':
      case 'closing':
      case 'ended':
        return { ...shown, state: 'stopping' };
      default: {
        const unknown: never = phase;
        throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
      }
    }
  }

  protected performOne(effect: StepEffect): void {
    switch (effect.kind) {
      case 'note':
        void this.note(effect.change);
        return;
      case 'change':
        void this.change(effect.change);
        return;
      case 'look':
        this.later(effect.afterMs, () => void this.look());
        return;
      case 'kill':
        this.kill();
        return;
      case 'endOrphans':
        void this.endOrphans();
        return;
      case 'journalEnd':
        void this.write({ kind: 'stepFinished', at: this.now(), stepId: this.id, end: effect.end });
        return;
      case 'tell':
        this.ports.outbox.add(effect.message, () => {
          if (effect.message.kind === 'stepEnded') this.noteReported();
        });
        return;
      default: {
        const unknown: never = effect;
        throw new Error(`unknown effect ${JSON.stringify(unknown)}`);
      }
    }
  }

  protected reportedRecord(): JournalRecord {
    return { kind: 'stepReported', at: this.now(), stepId: this.id };
  }

  protected entered(): void {
    const { order, phase } = this.state;
    if (phase.name !== 'ended' && phase.name !== 'stopping') return;
    this.ports.log.info(`step.${phase.name}`, {
      stepId: this.id,
      step: order.step.kind,
      database: order.databaseName,
      ...(phase.name === 'ended'
        ? { outcome: phase.message.data.outcome, reason: phase.message.data.failure?.message }
        : { reason: phase.ending.failure?.message }),
    });
  }

  private get id(): string {
    return this.state.order.stepId;
  }

  private async note({ kind }: Change): Promise<void> {
    const problem = await this.write({ kind: 'stepChanging', at: this.now(), stepId: this.id, change: kind });
    this.post(problem === null ? { kind: 'noted' } : { kind: 'journalFailed', message: problem });
  }

  private change(change: Change): Promise<void> {
    return change.kind === 'runClient' ? this.runClient(change) : this.changeExchange(change);
  }

  private async changeExchange(change: Exclude<Change, { readonly kind: 'runClient' }>): Promise<void> {
    const { changes, memberId, log } = this.ports;
    let problem: Failure | null = null;
    try {
      await makeChange(changes, this.state.order.databaseGuid ?? this.seenGuid, memberId, change);
    } catch (thrown) {
      problem = failureOfHost(thrown);
      log.warn('step.change-failed', { stepId: this.id, change: change.kind, reason: problem.message });
    }
    this.post({ kind: 'changed', failure: problem });
  }

  private async runClient({ object, index, isLast, folder }: Change & { readonly kind: 'runClient' }): Promise<void> {
    const { order, step, bytesDone } = this.state;
    if (step.kind !== 'restoreBackup' && step.kind !== 'restoreFiles')
      throw new Error(`the step ${step.kind} has no work for the backup client`);
    const job = {
      jobId: order.stepId,
      sourceDatabaseName: step.sourceDatabaseName,
      object,
      into: folder === null ? { database: order.databaseName } : { folder },
      isFirst: index === 0,
      isLast,
    };
    const progressed = (bytes: string): void =>
      this.post({ kind: 'progress', bytesDone: (BigInt(bytesDone) + BigInt(bytes)).toString() });
    const exit = await this.untilExit(this.ports.client.restore(job, progressed));
    progressed(exit.bytesDone);
    this.post({ kind: 'clientExited', exit });
  }

  private async endOrphans(): Promise<void> {
    try {
      await this.ports.client.endOrphans(this.id);
    } catch (thrown) {
      this.ports.log.warn('step.orphans-unknown', { stepId: this.id, reason: errorText(thrown) });
      if (this.state.phase.name === 'stopping') this.later(ORPHANS_AGAIN_MS, () => void this.endOrphans());
      return;
    }
    this.post({ kind: 'orphansGone' });
  }

  private async look(): Promise<void> {
    const { host, memberId, log } = this.ports;
    let look: Look;
    try {
      look = await lookFor(this.state.order, host, memberId);
      if (look.kind === 'seen') this.seenGuid = look.database?.guid ?? null;
    } catch (thrown) {
      log.warn('database.unreadable', { database: this.state.order.databaseName, reason: errorText(thrown) });
      look = { kind: 'unreadable', failure: failureOfHost(thrown) };
    }
    this.post({ kind: 'looked', look });
  }
}
