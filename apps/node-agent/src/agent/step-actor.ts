import { failure, restoreStepOf, type Failure, type LiveAttempt, type ReportedDatabase } from '#contracts';
import { advance, stepDeadlineMs } from '../domain/restore/step-life.js';
import type { StepRecord } from '../domain/restore/step-records.js';
import type { Change, Look, StepEffect, StepInput, StepLimits, StepState } from '../domain/restore/work.js';
import type { BackupClient, RunningClient } from '../ports/backup-client.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { ExchangeChanges } from '../ports/exchange-changes.js';
import { HostUnavailableError, type ExchangeHost } from '../ports/exchange-host.js';
import type { Journal } from '../ports/journal.js';
import type { Log } from '../ports/log.js';
import { errorText } from './error-text.js';
import { makeChange } from './exchange-change.js';
import type { Outbox } from './outbox.js';
import type { StandingWarnings } from './warnings.js';

/** Between two tries to find out whether a client outlived its agent. */
const ORPHANS_AGAIN_MS = 2_000;

export interface StepPorts {
  readonly memberId: string;
  readonly limits: StepLimits;
  readonly clock: Clock;
  readonly host: ExchangeHost;
  readonly changes: ExchangeChanges;
  readonly client: BackupClient;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly warnings: StandingWarnings;
}

/** Carries out what the rules of one step decide: inputs one after the other, each one's effects before the next input. */
export class StepActor {
  private readonly inputs: StepInput[] = [];
  private draining = false;
  private running: RunningClient | null = null;
  private readonly timers = new Set<Timer>();
  private deadline: Timer | null = null;
  private told: boolean;
  private endedAtUtc: string | null;

  constructor(
    private current: StepState,
    /** Set for a step whose end is known from the journal. */
    earlier: { readonly endedAt: string; readonly reported: boolean } | null,
    private readonly ports: StepPorts,
    private readonly onChange: () => void,
  ) {
    this.told = earlier?.reported ?? false;
    this.endedAtUtc = earlier?.endedAt ?? null;
    this.armDeadline();
  }

  get state(): StepState {
    return this.current;
  }

  get endedAt(): string | null {
    return this.endedAtUtc;
  }

  /** Over, and the broker has the last word about it. */
  get isDone(): boolean {
    return this.current.phase.name === 'ended' && this.told;
  }

  /** True from the first look until the end is decided and nothing of it runs. */
  get isBusy(): boolean {
    const { name } = this.current.phase;
    return name !== 'waiting' && name !== 'ended';
  }

  /** What heartbeats say of it, in the place of an attempt; it is listed until the broker has its last word. */
  live(): LiveAttempt | null {
    if (this.isDone) return null;
    const { order, bytesDone, phase } = this.current;
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

  post(input: StepInput): void {
    this.inputs.push(input);
    if (!this.draining) this.drain();
  }

  /** Also for effects that a restart left to be done. */
  perform(effects: readonly StepEffect[]): void {
    for (const effect of effects) this.performOne(effect);
  }

  close(): void {
    this.deadline?.cancel();
    for (const timer of this.timers) timer.cancel();
  }

  private drain(): void {
    this.draining = true;
    for (let input = this.inputs.shift(); input; input = this.inputs.shift()) {
      const { clock, limits, memberId } = this.ports;
      const before = this.current.phase.name;
      const { state, effects } = advance(this.current, input, {
        memberId,
        limits,
        nowMs: clock.monotonicMs(),
        nowUtc: clock.utcNow(),
      });
      this.current = state;
      if (before !== state.phase.name) this.notePhase();
      this.perform(effects);
    }
    this.draining = false;
    this.armDeadline();
    this.onChange();
  }

  private performOne(effect: StepEffect): void {
    switch (effect.kind) {
      case 'note':
        void this.note(effect.change);
        return;
      case 'change':
        this.change(effect.change);
        return;
      case 'look':
        this.later(effect.afterMs, () => void this.look());
        return;
      case 'kill':
        this.running?.kill();
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

  private get id(): string {
    return this.current.order.stepId;
  }

  private now(): string {
    return this.ports.clock.utcNow();
  }

  private async note({ kind }: Change): Promise<void> {
    const problem = await this.write({ kind: 'stepChanging', at: this.now(), stepId: this.id, change: kind });
    this.post(problem === null ? { kind: 'noted' } : { kind: 'journalFailed', message: problem });
  }

  /** Null when the record is on disk, otherwise what went wrong. */
  private async write(record: StepRecord): Promise<string | null> {
    const { journal, log, warnings } = this.ports;
    try {
      await journal.append(record);
      warnings.clear('journal.write');
      return null;
    } catch (thrown) {
      const message = errorText(thrown);
      warnings.set('journal.write', message);
      log.warn('journal.unwritable', { stepId: this.id, record: record.kind, reason: message });
      return message;
    }
  }

  private change(change: Change): void {
    if (change.kind === 'runClient') this.runClient(change);
    else void this.changeExchange(change);
  }

  private async changeExchange(change: Exclude<Change, { readonly kind: 'runClient' }>): Promise<void> {
    const { changes, memberId } = this.ports;
    let problem: Failure | null = null;
    try {
      await makeChange(changes, this.current.order.databaseGuid ?? this.seenGuid, memberId, change);
    } catch (thrown) {
      problem = failureOf(thrown);
      this.ports.log.warn('step.change-failed', { stepId: this.id, change: change.kind, reason: problem.message });
    }
    this.post({ kind: 'changed', failure: problem });
  }

  /** A database that an order only names is known by its GUID once it was seen. */
  private seenGuid: string | null = null;

  private runClient({ object, index, isLast, folder }: Change & { readonly kind: 'runClient' }): void {
    const { order, step } = this.current;
    if (step.kind !== 'restoreBackup' && step.kind !== 'restoreFiles')
      throw new Error(`the step ${step.kind} has no work for the backup client`);
    const done = BigInt(this.current.bytesDone);
    const running = this.ports.client.restore(
      {
        jobId: order.stepId,
        sourceDatabaseName: step.sourceDatabaseName,
        object,
        into: folder === null ? { database: order.databaseName } : { folder },
        isFirst: index === 0,
        isLast,
      },
      (bytes) => this.post({ kind: 'progress', bytesDone: (done + BigInt(bytes)).toString() }),
    );
    this.running = running;
    void this.awaitExit(running, done);
  }

  private async awaitExit(running: RunningClient, bytesBefore: bigint): Promise<void> {
    const exit = await running.exited;
    this.running = null;
    this.post({ kind: 'progress', bytesDone: (bytesBefore + BigInt(exit.bytesDone)).toString() });
    this.post({ kind: 'clientExited', exit });
  }

  private async endOrphans(): Promise<void> {
    try {
      await this.ports.client.endOrphans(this.id);
    } catch (thrown) {
      this.ports.log.warn('step.orphans-unknown', { stepId: this.id, reason: errorText(thrown) });
      if (this.current.phase.name === 'stopping') this.later(ORPHANS_AGAIN_MS, () => void this.endOrphans());
      return;
    }
    this.post({ kind: 'orphansGone' });
  }

  private async look(): Promise<void> {
    let look: Look;
    try {
      look = await this.lookOnce();
    } catch (thrown) {
      this.ports.log.warn('database.unreadable', {
        database: this.current.order.databaseName,
        reason: errorText(thrown),
      });
      look = { kind: 'unreadable', failure: failureOf(thrown) };
    }
    this.post({ kind: 'looked', look });
  }

  private async lookOnce(): Promise<Look> {
    const { host } = this.ports;
    const { databaseGuid, databaseName } = this.current.order;
    const { kind } = restoreStepOf(this.current.order.step);
    if (kind === 'restoreFiles') return { kind: 'seen', database: null, mountedRecoveries: [] };
    if (databaseGuid !== null)
      return { kind: 'seen', database: await host.getDatabase(databaseGuid), mountedRecoveries: [] };
    const { databases } = await host.listDatabases();
    const database = databases.find(({ name }) => name === databaseName) ?? null;
    this.seenGuid = database?.guid ?? null;
    return { kind: 'seen', database, mountedRecoveries: mountedRecoveries(databases, this.ports.memberId) };
  }

  private noteReported(): void {
    this.told = true;
    void this.write({ kind: 'stepReported', at: this.now(), stepId: this.id });
    this.onChange();
  }

  private later(delayMs: number, work: () => void): void {
    const timer = this.ports.clock.setTimer(delayMs, () => {
      this.timers.delete(timer);
      work();
    });
    this.timers.add(timer);
  }

  private armDeadline(): void {
    this.deadline?.cancel();
    this.deadline = null;
    const deadlineMs = stepDeadlineMs(this.current.phase);
    if (deadlineMs === null) return;
    const delayMs = Math.max(0, deadlineMs - this.ports.clock.monotonicMs());
    this.deadline = this.ports.clock.setTimer(delayMs, () => this.post({ kind: 'tick' }));
  }

  private notePhase(): void {
    const { order, phase } = this.current;
    if (phase.name === 'ended') this.endedAtUtc = this.now();
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
}

function mountedRecoveries(databases: readonly ReportedDatabase[], memberId: string): readonly string[] {
  return databases
    .filter((each) => each.recovery && each.mounted === true && each.activeMember === memberId)
    .map(({ name }) => name);
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof HostUnavailableError) return thrown.failure;
  return failure('host.unavailable', errorText(thrown), { retryable: true });
}
