import { failure, type LiveAttempt } from '#contracts';
import type { AttemptEffect, AttemptInput, AttemptLimits, AttemptState, CheckResult } from '../domain/attempt.js';
import { finalCheck } from '../domain/final-check.js';
import { nextDeadlineMs, step } from '../domain/step.js';
import type { BackupClient, RunningClient } from '../ports/backup-client.js';
import type { Clock, Timer } from '../ports/clock.js';
import { HostUnavailableError, type ExchangeHost } from '../ports/exchange-host.js';
import type { JournalRecord } from '../domain/journal-records.js';
import type { Journal } from '../ports/journal.js';
import type { Log } from '../ports/log.js';
import { errorText } from './error-text.js';
import type { Outbox } from './outbox.js';
import type { StandingWarnings } from './warnings.js';

export interface AttemptPorts {
  readonly memberId: string;
  readonly limits: AttemptLimits;
  readonly clock: Clock;
  readonly host: ExchangeHost;
  readonly client: BackupClient;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly warnings: StandingWarnings;
  /** A backup was made: the client has one more to list. */
  readonly onMade: () => void;
}

/** Carries out what the rules of one attempt decide: inputs one after the other, each one's effects before the next input. */
export class AttemptActor {
  private readonly inputs: AttemptInput[] = [];
  private draining = false;
  private running: RunningClient | null = null;
  private deadline: Timer | null = null;
  private pendingRead: Timer | null = null;
  private told: boolean;
  private endedAtUtc: string | null;

  constructor(
    private current: AttemptState,
    /** Set for an attempt whose end is known from the journal. */
    earlier: { readonly endedAt: string; readonly reported: boolean } | null,
    private readonly ports: AttemptPorts,
    private readonly onChange: () => void,
  ) {
    this.told = earlier?.reported ?? false;
    this.endedAtUtc = earlier?.endedAt ?? null;
    this.armDeadline();
  }

  get state(): AttemptState {
    return this.current;
  }

  get endedAt(): string | null {
    return this.endedAtUtc;
  }

  /** Over, and the broker has the last word about it. */
  get isDone(): boolean {
    return this.current.phase.name === 'ended' && this.told;
  }

  /** True from the last check until Exchange was asked a last time: a second backup of the database must not start meanwhile. */
  get isBusy(): boolean {
    const { name } = this.current.phase;
    return name !== 'waiting' && name !== 'ended';
  }

  /**
   * What heartbeats say of it. An attempt is listed until the broker has its last word: the conductor must not take it
   * for lost while that word is on its way.
   */
  live(): LiveAttempt | null {
    if (this.isDone) return null;
    const { command, bytesDone, phase } = this.current;
    const shown = { attemptId: command.attemptId, attempt: command.attempt, bytesDone };
    switch (phase.name) {
      case 'waiting':
      case 'checking':
      case 'noting':
        return { ...shown, state: 'accepted' };
      case 'starting':
      case 'running':
      case 'proving':
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

  post(input: AttemptInput): void {
    this.inputs.push(input);
    if (!this.draining) this.drain();
  }

  /** Also for effects that a restart left to be done. */
  perform(effects: readonly AttemptEffect[]): void {
    for (const effect of effects) this.performOne(effect);
  }

  close(): void {
    this.deadline?.cancel();
    this.pendingRead?.cancel();
  }

  private drain(): void {
    this.draining = true;
    for (let input = this.inputs.shift(); input; input = this.inputs.shift()) {
      const { clock, limits, memberId } = this.ports;
      const before = this.current.phase;
      const { state, effects } = step(this.current, input, {
        memberId,
        limits,
        nowMs: clock.monotonicMs(),
        nowUtc: clock.utcNow(),
      });
      this.current = state;
      if (before.name !== state.phase.name) this.notePhase(before.name);
      this.perform(effects);
    }
    this.draining = false;
    this.armDeadline();
    this.onChange();
  }

  private performOne(effect: AttemptEffect): void {
    switch (effect.kind) {
      case 'journal':
        void this.write(effect.record);
        return;
      case 'note':
        void this.note(effect.record);
        return;
      case 'check':
        void this.check();
        return;
      case 'start':
        this.start(effect.databaseName, effect.replicated);
        return;
      case 'kill':
        this.running?.kill();
        return;
      case 'read':
        this.pendingRead?.cancel();
        this.pendingRead = this.ports.clock.setTimer(effect.afterMs, () => void this.read());
        return;
      case 'tell':
        if (effect.message.kind === 'ended' && effect.message.data.made) this.ports.onMade();
        this.ports.outbox.add(effect.message, () => {
          if (effect.message.kind === 'ended' || effect.message.kind === 'refused') this.noteReported();
        });
        return;
      default: {
        const unknown: never = effect;
        throw new Error(`unknown effect ${JSON.stringify(unknown)}`);
      }
    }
  }

  private async note(record: JournalRecord): Promise<void> {
    const problem = await this.write(record);
    this.post(problem === null ? { kind: 'noted' } : { kind: 'journalFailed', message: problem });
  }

  /** Null when the record is on disk, otherwise what went wrong. */
  private async write(record: JournalRecord): Promise<string | null> {
    const { journal, log, warnings } = this.ports;
    try {
      await journal.append(record);
      warnings.clear('journal.write');
      return null;
    } catch (thrown) {
      const message = errorText(thrown);
      warnings.set('journal.write', message);
      log.warn('journal.unwritable', {
        attemptId: this.current.command.attemptId,
        record: record.kind,
        reason: message,
      });
      return message;
    }
  }

  private async check(): Promise<void> {
    const { command } = this.current;
    let result: CheckResult;
    try {
      result = finalCheck(command, this.ports.memberId, await this.ports.host.getDatabase(command.databaseGuid));
    } catch (thrown) {
      result = { kind: 'refused', failure: hostUnavailable(command.databaseName, thrown) };
    }
    this.post({ kind: 'checked', result });
  }

  private start(databaseName: string, replicated: boolean): void {
    const { attemptId, backupType } = this.current.command;
    const running = this.ports.client.start({ attemptId, databaseName, backupType, replicated }, (bytesDone) => {
      this.post({ kind: 'progress', bytesDone });
    });
    this.running = running;
    // Without a process there is nothing to announce; the exit that follows says why.
    if (running.pid !== null) this.post({ kind: 'clientStarted', pid: running.pid });
    void this.awaitExit(running);
  }

  private async awaitExit(running: RunningClient): Promise<void> {
    const exit = await running.exited;
    this.running = null;
    this.post({ kind: 'clientExited', exit });
  }

  private async read(): Promise<void> {
    this.pendingRead = null;
    const { command } = this.current;
    try {
      this.post({ kind: 'databaseRead', database: await this.ports.host.getDatabase(command.databaseGuid) });
    } catch (thrown) {
      this.ports.log.warn('database.unreadable', { database: command.databaseName, reason: errorText(thrown) });
      this.post({ kind: 'databaseRead', database: null });
    }
  }

  private noteReported(): void {
    this.told = true;
    void this.write({ kind: 'reported', at: this.ports.clock.utcNow(), attemptId: this.current.command.attemptId });
    this.onChange();
  }

  private armDeadline(): void {
    this.deadline?.cancel();
    this.deadline = null;
    const deadlineMs = nextDeadlineMs(this.current.phase);
    if (deadlineMs === null) return;
    const delayMs = Math.max(0, deadlineMs - this.ports.clock.monotonicMs());
    this.deadline = this.ports.clock.setTimer(delayMs, () => this.post({ kind: 'tick' }));
  }

  private notePhase(from: string): void {
    const { command, phase } = this.current;
    if (phase.name === 'ended') this.endedAtUtc = this.ports.clock.utcNow();
    this.ports.log.info(`attempt.${phase.name}`, {
      attemptId: command.attemptId,
      database: command.databaseName,
      from,
      ...(phase.name === 'stopping' || (phase.name === 'closing' && phase.ending)
        ? { reason: phase.ending?.failure.message }
        : {}),
      ...(phase.name === 'ended'
        ? {
            outcome: phase.message.kind === 'ended' ? phase.message.data.outcome : 'refused',
            reason: phase.message.data.failure?.message,
          }
        : {}),
    });
  }
}

function hostUnavailable(databaseName: string, thrown: unknown) {
  const cause = thrown instanceof HostUnavailableError ? thrown.failure : undefined;
  return failure(
    'host.unavailable',
    `${databaseName} was not started, for Exchange could not be asked about it just before: ${errorText(thrown)}`,
    {
      retryable: true,
      ...(cause ? { cause } : {}),
    },
  );
}
