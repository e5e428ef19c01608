import { failure, type LiveAttempt } from '#contracts';
import type { AttemptEffect, AttemptInput, AttemptLimits, AttemptState, CheckResult } from '../domain/attempt.js';
import { nextDeadlineMs } from '../domain/attempt-clock.js';
import { advanceAttempt } from '../domain/attempt-life.js';
import { finalCheck } from '../domain/final-check.js';
import type { JournalRecord } from '../domain/journal-records.js';

import type { Timer } from '../ports/clock.js';
import { HostUnavailableError } from '../ports/exchange-host.js';
import { errorText } from './error-text.js';
import type { StandingWarnings } from './warnings.js';
import { WorkActor, type EarlierEnd, type WorkPorts, type WorkRules } from './work-actor.js';

export interface AttemptPorts extends WorkPorts<AttemptLimits> {
  readonly warnings: StandingWarnings;
  /** A backup was made: the client has one more to list. */
  readonly onMade: () => void;
}

const RULES: WorkRules<AttemptState, AttemptInput, AttemptEffect, AttemptLimits> = {
  take: advanceAttempt,
  deadlineMs: ({ phase }) => nextDeadlineMs(phase),
};

/** One attempt at a backup. */
export class AttemptActor extends WorkActor<AttemptState, AttemptInput, AttemptEffect, AttemptLimits, AttemptPorts> {
  private pendingRead: Timer | null = null;

  constructor(state: AttemptState, earlier: EarlierEnd | null, ports: AttemptPorts, onChange: () => void) {
    super(state, earlier, RULES, ports, onChange);
  }

  live(): LiveAttempt | null {
    if (this.isDone) return null;
    const { command, bytesDone, phase } = this.state;
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

  protected performOne(effect: AttemptEffect): void {
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
        void this.start(effect.databaseName, effect.replicated);
        return;
      case 'kill':
        this.kill();
        return;
      case 'read':
        this.pendingRead?.cancel();
        this.pendingRead = this.later(effect.afterMs, () => void this.read());
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

  protected reportedRecord(): JournalRecord {
    return { kind: 'reported', at: this.now(), attemptId: this.state.command.attemptId };
  }

  protected entered(from: string): void {
    const { command, phase } = this.state;
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

  private async note(record: JournalRecord): Promise<void> {
    const problem = await this.write(record);
    this.post(problem === null ? { kind: 'noted' } : { kind: 'journalFailed', message: problem });
  }

  private async check(): Promise<void> {
    const { command } = this.state;
    let result: CheckResult;
    try {
      result = finalCheck(command, this.ports.memberId, await this.ports.host.getDatabase(command.databaseGuid));
    } catch (thrown) {
      result = { kind: 'refused', failure: hostUnavailable(command.databaseName, thrown) };
    }
    this.post({ kind: 'checked', result });
  }

  private async start(databaseName: string, replicated: boolean): Promise<void> {
    const { attemptId, backupType } = this.state.command;
    const running = this.ports.client.start({ attemptId, databaseName, backupType, replicated }, (bytesDone) => {
      this.post({ kind: 'progress', bytesDone });
    });
    const exited = this.untilExit(running);
    // Without a process there is nothing to announce; the exit that follows says why.
    if (running.pid !== null) this.post({ kind: 'clientStarted', pid: running.pid });
    this.post({ kind: 'clientExited', exit: await exited });
  }

  private async read(): Promise<void> {
    const { command } = this.state;
    try {
      this.post({ kind: 'databaseRead', database: await this.ports.host.getDatabase(command.databaseGuid) });
    } catch (thrown) {
      this.ports.log.warn('database.unreadable', { database: command.databaseName, reason: errorText(thrown) });
      this.post({ kind: 'databaseRead', database: null });
    }
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
