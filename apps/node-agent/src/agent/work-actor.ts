import type { LiveAttempt } from '#contracts';
import type { JournalRecord } from '../domain/journal-records.js';
import type { WorkContext } from '../domain/work-context.js';
import type { BackupClient, ClientExit, RunningClient } from '../ports/backup-client.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { ExchangeHost } from '../ports/exchange-host.js';
import type { Journal } from '../ports/journal.js';
import type { Log } from '../ports/log.js';
import { errorText } from './error-text.js';
import type { Outbox } from './outbox.js';

export interface WorkPorts<Limits> {
  readonly memberId: string;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly host: ExchangeHost;
  readonly client: BackupClient;
  readonly journal: Journal;
  readonly outbox: Outbox;
  readonly log: Log;
}

/** How a piece of work lives: it waits for its lease, does something, and has an end. */
interface Living {
  readonly phase: { readonly name: string };
}

interface Tick {
  readonly kind: 'tick';
}

/** The pure side: state and input in, state and effects out. */
export interface WorkRules<State extends Living, Input, Effect, Limits> {
  take(
    state: State,
    input: Input | Tick,
    context: WorkContext<Limits>,
  ): { readonly state: State; readonly effects: readonly Effect[] };
  /** When the clock alone will change the state; null: never. */
  deadlineMs(state: State): number | null;
}

/** What is known from the journal of work that has ended. */
export interface EarlierEnd {
  readonly endedAt: string;
  readonly reported: boolean;
}

/**
 * Carries out what the rules of one piece of work decide: inputs one after the other, each one's effects before the next input, and a
 * tick when the rules' time has come. What an effect does is for each kind of work to say.
 */
export abstract class WorkActor<State extends Living, Input, Effect, Limits, Ports extends WorkPorts<Limits>> {
  private readonly inputs: (Input | Tick)[] = [];
  private readonly timers = new Set<Timer>();
  private isDraining = false;
  private deadline: Timer | null = null;
  private told: boolean;
  private endedAtUtc: string | null;
  private running: RunningClient | null = null;

  constructor(
    private current: State,
    earlier: EarlierEnd | null,
    private readonly rules: WorkRules<State, Input, Effect, Limits>,
    protected readonly ports: Ports,
    private readonly onChange: () => void,
  ) {
    this.told = earlier?.reported ?? false;
    this.endedAtUtc = earlier?.endedAt ?? null;
    this.armDeadline();
  }

  /**
   * What heartbeats say of it. Work is listed until the broker has its last word: the conductor must not take it for lost while that
   * word is on its way.
   */
  abstract live(): LiveAttempt | null;

  protected abstract performOne(effect: Effect): void;

  /** The phase is another than before. */
  protected abstract entered(from: string): void;

  /** The record that the broker has the last word. */
  protected abstract reportedRecord(): JournalRecord;

  get state(): State {
    return this.current;
  }

  get endedAt(): string | null {
    return this.endedAtUtc;
  }

  /** Over, and the broker has the last word about it. */
  get isDone(): boolean {
    return this.isEnded && this.told;
  }

  /** True from the first look at Exchange to the last: other work on the database must not begin meanwhile. */
  get isBusy(): boolean {
    return this.current.phase.name !== 'waiting' && !this.isEnded;
  }

  post(input: Input | Tick): void {
    this.inputs.push(input);
    if (!this.isDraining) this.drain();
  }

  /** Also for effects that a restart left to be done. */
  perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.performOne(effect);
  }

  close(): void {
    this.deadline?.cancel();
    for (const timer of this.timers) timer.cancel();
  }

  protected later(delayMs: number, work: () => void): Timer {
    const timer = this.ports.clock.setTimer(delayMs, () => {
      this.timers.delete(timer);
      work();
    });
    this.timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.timers.delete(timer);
      },
    };
  }

  protected now(): string {
    return this.ports.clock.utcNow();
  }

  /** Null when the record is on disk, otherwise what went wrong. */
  protected async write(record: JournalRecord): Promise<string | null> {
    try {
      await this.ports.journal.append(record);
      return null;
    } catch (thrown) {
      return errorText(thrown);
    }
  }

  protected noteReported(): void {
    this.told = true;
    void this.write(this.reportedRecord());
    this.onChange();
  }

  protected async untilExit(running: RunningClient): Promise<ClientExit> {
    this.running = running;
    const exit = await running.exited;
    this.running = null;
    return exit;
  }

  protected kill(): void {
    this.running?.kill();
  }

  private get isEnded(): boolean {
    return this.current.phase.name === 'ended';
  }

  private drain(): void {
    this.isDraining = true;
    for (let input = this.inputs.shift(); input !== undefined; input = this.inputs.shift()) {
      const { clock, limits, memberId } = this.ports;
      const from = this.current.phase.name;
      const context = { memberId, limits, nowMs: clock.monotonicMs(), nowUtc: clock.utcNow() };
      const { state, effects } = this.rules.take(this.current, input, context);
      this.current = state;
      if (from !== state.phase.name) {
        if (this.isEnded) this.endedAtUtc = this.now();
        this.entered(from);
      }
      this.perform(effects);
    }
    this.isDraining = false;
    this.armDeadline();
    this.onChange();
  }

  private armDeadline(): void {
    this.deadline?.cancel();
    this.deadline = null;
    const deadlineMs = this.rules.deadlineMs(this.current);
    if (deadlineMs === null) return;
    const delayMs = Math.max(0, deadlineMs - this.ports.clock.monotonicMs());
    this.deadline = this.ports.clock.setTimer(delayMs, () => this.post({ kind: 'tick' }));
  }
}
