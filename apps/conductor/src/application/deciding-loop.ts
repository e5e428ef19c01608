import type { ConductorEvent } from '../domain/conductor.events.js';
import { replay } from '../domain/conductor.evolve.js';
import { decide, type Decided, type Input } from '../domain/decide/index.js';
import { LeaseBook } from '../domain/lease-book.js';
import type { MaintenanceEvent } from '../domain/maintenance/maintenance.events.js';
import type { World } from '../domain/world.js';
import { commitOf } from './commit-of.js';
import type { Memory } from './memory.js';
import { VersionConflict, type Clock, type Log, type RunStore, type Watch } from './ports.js';
import { Sequence } from './sequence.js';
import { collectingRuns } from './takeover.js';

/** Inputs that may wait for the one before; the inbox delivers one at a time, heartbeats come once in seconds from each member. */
const WAITING_MAX = 10_000;
/** Decisions made anew after the store refused one for its version; each time on the state as stored. */
const DECISION_TRIES_MAX = 3;

export interface DecidingOptions {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly source: string;
  readonly log: Log;
  /** Called after a commit that stored messages to send. */
  onCommitted(): void;
  /** Called for a run that needs the inventory's state. */
  onCollect(runId: string): void;
  readonly watch?: Watch;
}

/** An input that waits for its decision. */
export interface Question {
  readonly input: Input;
  /** Makes a second delivery of the same message a no-op. */
  readonly messageId?: string;
  /** The picture with what the input tells of the world; doing it twice changes nothing more. */
  look?(world: World): World;
}

/**
 * Runs the pure decider: one input after the other, decide, store events and messages in one transaction, then let them count. Inputs
 * that wait one behind the other are stored in one transaction, or, when that fails, each in its own.
 */
export class DecidingLoop {
  /** A commit failed: whether it was stored is not known, so the state in memory must not be decided from. */
  private isDoubtful = false;
  private actsUnder = 0;
  private readonly sequence = new Sequence<Question>(WAITING_MAX, (questions) =>
    this.watched(questions.length, () => this.answer(questions)),
  );

  constructor(
    private readonly memory: Memory,
    private readonly options: DecidingOptions,
  ) {}

  /** The fencing epoch; 0 before the start. */
  get epoch(): number {
    return this.actsUnder;
  }

  /** Begins an epoch and takes the state from the store. Nothing else may be called before. */
  async start(): Promise<void> {
    const { store, clock } = this.options;
    this.actsUnder = await store.beginEpoch();
    this.memory.leases = new LeaseBook(this.memory.settings, clock.nowMs());
    await this.load();
  }

  /** Resolves when the question's consequences are stored. */
  ask(question: Question): Promise<void> {
    return this.sequence.add(question);
  }

  /** Does a piece of work while no decision is under way, with the means to make some. */
  alone<Result>(work: (decideNow: (input: Input) => Promise<void>) => Promise<Result>): Promise<Result> {
    return this.sequence.run(() => work((input) => this.watched(1, () => this.decideAndStore({ input }))));
  }

  /** Questions and pieces of work that wait for their turn, or have it. */
  get waiting(): number {
    return this.sequence.waiting;
  }

  /** Resolves when every question asked so far is answered. */
  idle(): Promise<void> {
    return this.sequence.idle();
  }

  private async watched<Result>(inputs: number, decision: () => Promise<Result>): Promise<Result> {
    const isOver = this.options.watch?.deciding(inputs);
    try {
      return await decision();
    } finally {
      isOver?.();
    }
  }

  private async answer(questions: readonly Question[]): Promise<readonly PromiseSettledResult<void>[]> {
    if (questions.length > 1 && (await this.storeTogether(questions))) {
      return questions.map(() => ({ status: 'fulfilled', value: undefined }));
    }
    const outcomes: PromiseSettledResult<void>[] = [];
    for (const question of questions) {
      this.look(question);
      // One after the other is the point: each is decided on what the one before has left.
      outcomes.push(...(await Promise.allSettled([this.decideAndStore(question)])));
    }
    return outcomes;
  }

  /** False: together they were not stored, as far as is known; a message among them was handled before, or the store failed. */
  private async storeTogether(questions: readonly Question[]): Promise<boolean> {
    try {
      if (this.isDoubtful) await this.load();
      const nowMs = this.options.clock.nowMs();
      const events: ConductorEvent[] = [];
      const maintenance: MaintenanceEvent[] = [];
      let { state } = this.memory;
      // The whole picture first: nothing may be sent that the picture forbids in the moment when it is stored.
      for (const question of questions) this.look(question);
      for (const { input } of questions) {
        const decided = decide(state, input, this.memory.context(nowMs));
        events.push(...decided.events);
        maintenance.push(...decided.maintenance);
        state = decided.state;
      }
      const messageIds = questions.flatMap(({ messageId }) => messageId ?? []);
      return await this.store({ events, maintenance, state }, messageIds, nowMs);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.options.log.warn({ event: 'decisions.one-by-one', count: questions.length, problem });
      return false;
    }
  }

  private look({ look }: Question): void {
    if (look) this.memory.world = look(this.memory.world);
  }

  private async decideAndStore({ input, messageId }: Omit<Question, 'look'>): Promise<void> {
    const messageIds = messageId === undefined ? [] : [messageId];
    for (let tries = 1; ; tries += 1) {
      try {
        if (this.isDoubtful) await this.load();
        const nowMs = this.options.clock.nowMs();
        await this.store(decide(this.memory.state, input, this.memory.context(nowMs)), messageIds, nowMs);
        return;
      } catch (error) {
        if (!(error instanceof VersionConflict) || tries >= DECISION_TRIES_MAX) throw error;
        this.options.log.warn({ event: 'decision.repeated', input: input.type, tries, problem: error.message });
      }
    }
  }

  /** False: a message was handled before, and nothing was stored. */
  private async store(decided: Decided, messageIds: readonly string[], nowMs: number): Promise<boolean> {
    const { events, maintenance, state } = decided;
    if (events.length + maintenance.length === 0 && messageIds.length === 0) return true;
    const { memory, options, epoch } = this;
    const { settings, world } = memory;
    const { leaseMs, dispatchTimeoutMs } = settings;
    const context = { source: options.source, epoch, leaseMs, dispatchTimeoutMs, world };
    const { commit, throughput } = commitOf(memory, decided, messageIds, context);
    this.isDoubtful = true;
    const isStored = await options.store.commit(commit);
    this.isDoubtful = false;
    if (!isStored) return false;
    memory.state = state;
    memory.throughput = throughput;
    for (const event of events) this.follow(event, nowMs);
    options.watch?.stored(events);
    if (commit.commands.length > 0 || commit.facts.length > 0) options.onCommitted();
    return true;
  }

  /** Takes the state from the store. What waits to be sent there is sent as well: the commit may have counted. */
  private async load(): Promise<void> {
    const { memory, options } = this;
    const { store, clock } = options;
    const state = replay(await store.loadUnfinished(), await store.loadMaintenance());
    memory.throughput = await store.loadThroughput();
    memory.state = state;
    memory.leases.adopt(state, clock.nowMs());
    if (this.isDoubtful) {
      this.isDoubtful = false;
      for (const runId of collectingRuns(memory.state)) options.onCollect(runId);
      options.onCommitted();
    }
  }

  /** What follows from a stored event outside the state: leases to watch, a run to collect for. */
  private follow(event: ConductorEvent, nowMs: number): void {
    const { state, leases } = this.memory;
    switch (event.type) {
      case 'RunRequested':
      case 'RestoreRequested': {
        const run = state.runs.get(event.runId) ?? state.restores.get(event.runId);
        if (run?.status === 'collecting') this.options.onCollect(event.runId);
        return;
      }
      case 'TaskDispatched':
        return leases.open(event.attempt.attemptId, event.attempt.member, nowMs);
      case 'AttemptEnded':
        return leases.close(event.attemptId);
      case 'RestoreStepOrdered':
        return leases.open(event.step.stepId, event.step.member, nowMs);
      case 'RestoreStepEnded':
        return leases.close(event.stepId);
      default:
    }
  }
}
