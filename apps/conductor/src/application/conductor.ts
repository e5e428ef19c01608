import type { DatabaseView, InventorySnapshot, MaintenanceView, MemberView, ReportedDatabase } from '#contracts';
import { EMPTY_STATE, replay, type ConductorState } from '../domain/conductor.state.js';
import { Draft } from '../domain/decide/draft.js';
import { placementContext } from '../domain/decide/question.js';
import { isRestoreEvent, type ConductorEvent } from '../domain/conductor.events.js';
import { decide, type Context, type Decided, type Input } from '../domain/decide/index.js';
import { LeaseBook } from '../domain/lease-book.js';
import { hasDeadlineToCome } from '../domain/maintenance/maintenance.state.js';
import type { MaintenanceEvent } from '../domain/maintenance/maintenance.events.js';
import { maintenanceView } from '../domain/maintenance/maintenance-view.js';
import { evolveRun } from '../domain/run.evolve.js';
import { isFinal, type AttemptState, type RunState } from '../domain/run.state.js';
import { turnsOf, type Turn } from '../domain/turns.js';
import type { PlacementContext } from '../planning/candidates.js';
import { describeStepCommands, restoreCommandsOf, restoreFactOf } from '../restore/restore-effects.js';
import { evolveRestore } from '../restore/evolve-restore.js';
import { isClosed, type RestoreRunState } from '../restore/restore.state.js';
import type { Throughput } from '../planning/assignment/index.js';
import type { Settings } from '../domain/settings.js';
import {
  EMPTY_WORLD,
  withDatabase,
  withMember,
  withObservation,
  worldFromSnapshot,
  type World,
} from '../domain/world.js';
import { commandOf, describeCommand, factOf, type EffectContext } from './effects.js';
import { learnFrom } from './learning.js';
import { maintenanceFactOf } from './maintenance-facts.js';
import {
  VersionConflict,
  type Clock,
  type Commit,
  type Log,
  type RecordedEvent,
  type RunRecord,
  type RunStore,
} from './ports.js';
import { Sequence } from './sequence.js';

/** Inputs that may wait for the one before; the inbox delivers one at a time, heartbeats come once in seconds from each member. */
const WAITING_MAX = 10_000;
/** Decisions made anew after the store refused one for its version; each time on the state as stored. */
const DECISION_TRIES_MAX = 3;

export interface ConductorOptions {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly source: string;
  /** False: another conductor may have taken over by now, so nothing is granted. Absent: there can be no other. */
  mayAct?(): boolean;
  readonly log: Log;
  /** Called after a commit that stored messages to send. */
  onCommitted(): void;
  /** Called for a run that needs the inventory's state. */
  onCollect(runId: string): void;
}

/** What an agent says of one of its live attempts. */
export interface HeardAttempt {
  readonly attemptId: string;
  readonly bytesDone: string;
}

/** An input that waits for its decision. */
interface Question {
  readonly input: Input;
  readonly messageId?: string;
  /** Takes what the input tells of the world into the picture; doing it twice changes nothing more. */
  look?(): void;
}

/**
 * Runs the pure decider: one input after the other, decide, store events and messages in one transaction, then let them count. Inputs
 * that wait one behind the other are stored in one transaction, or, when that fails, each in its own.
 * Holds the state of all unfinished runs in memory; everything in it can be rebuilt from the store.
 */
export class Conductor {
  private state: ConductorState = EMPTY_STATE;
  private world: World = EMPTY_WORLD;
  private throughput: Throughput = new Map();
  private leases: LeaseBook;
  private epoch = 0;
  /** A commit failed: whether it was stored is not known, so the state in memory must not be decided from. */
  private isDoubtful = false;
  private readonly serial = new Sequence<Question>(WAITING_MAX, (questions) => this.decideTogether(questions));

  constructor(private readonly options: ConductorOptions) {
    this.leases = new LeaseBook(options.settings, options.clock.nowMs());
  }

  /** Rebuilds the state from the store. Nothing else may be called before. */
  async start(): Promise<void> {
    const { store, clock, settings, log } = this.options;
    this.epoch = await store.beginEpoch();
    this.leases = new LeaseBook(settings, clock.nowMs());
    await this.load();
    await this.askForLiveAttempts();
    log.log({
      event: 'conductor.started',
      epoch: this.epoch,
      unfinishedRuns: this.state.runs.size,
      liveAttempts: this.state.liveByAttempt.size,
      unfinishedRestores: this.state.restores.size,
      liveSteps: this.state.liveByStep.size,
    });
    this.collectWhatWaits();
  }

  /** Resolves when the input's consequences are stored. `messageId` makes a second delivery of the same message a no-op. */
  handle(input: Input, messageId?: string): Promise<void> {
    return this.serial.add({ input, ...(messageId === undefined ? {} : { messageId }) });
  }

  /** A whole new picture, then the input that waited for it. */
  refreshWorld(snapshot: InventorySnapshot, input: Input = { type: 'WorldRefreshed' }): Promise<void> {
    return this.serial.run(() => {
      this.world = worldFromSnapshot(snapshot);
      return this.decideAndStore(input);
    });
  }

  databaseChanged(database: DatabaseView, input: Input, messageId: string): Promise<void> {
    const look = (): void => {
      this.world = withDatabase(this.world, database);
    };
    return this.serial.add({ input, messageId, look });
  }

  memberChanged(member: MemberView, messageId: string): Promise<void> {
    const look = (): void => {
      this.world = withMember(this.world, member);
    };
    return this.serial.add({ input: { type: 'MemberChanged', member: member.id }, messageId, look });
  }

  /** What an agent says of an attempt, with the database as it saw it in the same moment. */
  attemptReported(
    input: Input,
    observed: ReportedDatabase | undefined,
    member: string,
    messageId: string,
  ): Promise<void> {
    const look = (): void => {
      if (observed) this.world = withObservation(this.world, observed, member);
    };
    return this.serial.add({ input, messageId, look });
  }

  /**
   * Renews the leases that are the agent's to have, and says which are not. An attempt that was told to stop is granted
   * nothing more, but as long as its agent lists it the agent is not lost: its last word is waited for. Not
   * leading: it is not for this conductor to say.
   */
  heartbeat(
    member: string,
    attempts: readonly HeardAttempt[],
  ): Promise<{ epoch: number; granted: ReadonlySet<string>; isLeading: boolean }> {
    return this.serial.run(async () => {
      const nowMs = this.options.clock.nowMs();
      const returned = this.leases.hear(member, nowMs);
      const granted = new Set<string>();
      if (this.options.mayAct?.() === false) return { epoch: this.epoch, granted, isLeading: false };
      for (const { attemptId, bytesDone } of attempts) {
        if (this.state.liveByStep.get(attemptId)?.member === member) {
          this.leases.renew(attemptId, bytesDone, nowMs);
          if (this.mayGoOn(attemptId)) granted.add(attemptId);
          continue;
        }
        const attempt = this.liveAttemptOn(member, attemptId);
        if (!attempt) continue;
        this.leases.renew(attemptId, bytesDone, nowMs);
        if (attempt.superseded === null) granted.add(attemptId);
      }
      if (returned) await this.decideAndStore({ type: 'MemberChanged', member });
      return { epoch: this.epoch, granted, isLeading: true };
    });
  }

  /** What time alone brings about. Called a few times a second. */
  tick(): Promise<void> {
    return this.serial.run(async () => {
      const { runs, restores, maintenance } = this.state;
      if (runs.isEmpty() && restores.isEmpty() && !hasDeadlineToCome(maintenance)) return;
      const due = this.leases.due(this.options.clock.nowMs());
      for (const [member, attemptIds] of due.expiredByMember) {
        await this.decideAndStore({ type: 'LeasesExpired', member, attemptIds });
      }
      for (const attemptId of due.notGranted) await this.decideAndStore({ type: 'AttemptNotGranted', attemptId });
      await this.decideAndStore({ type: 'Tick' });
    });
  }

  /** Gives waiting work to other members where it goes on differently than was reckoned. Called once in a while. */
  async rebalance(): Promise<void> {
    if (!this.state.runs.isEmpty()) await this.handle({ type: 'Rebalance' });
  }

  /** Resolves when every input given so far is stored. */
  idle(): Promise<void> {
    return this.serial.idle();
  }

  /** The limits in force, what of them is used, and the drains. */
  maintenance(requestId?: string): MaintenanceView {
    return maintenanceView(this.state, this.world, this.options.settings, this.options.clock.nowMs(), requestId);
  }

  run(runId: string): RunState | undefined {
    return this.state.runs.get(runId);
  }

  /** Where the waiting tasks of a run in hand stand in the queues of their members. */
  turns(run: RunState): ReadonlyMap<string, Turn> {
    return turnsOf(this.state, run, this.options.clock.nowMs());
  }

  restore(runId: string): RestoreRunState | undefined {
    return this.state.restores.get(runId);
  }

  /** Whether the member's agent was heard lately. */
  isAlive(member: string): boolean {
    return this.context(this.options.clock.nowMs()).isAlive(member);
  }

  /** The restore runs in hand: those that are not over, and those with standing alarms. */
  restores(): readonly RestoreRunState[] {
    return [...this.state.restores.values()];
  }

  runIdOf(requestId: string): string | undefined {
    const isAsked = (run: { readonly requestId: string }): boolean => run.requestId === requestId;
    return (this.state.runs.find(isAsked) ?? this.state.restores.find(isAsked))?.runId;
  }

  bytesDone(attemptId: string): string {
    return this.leases.bytesDone(attemptId);
  }

  get rates(): Throughput {
    return this.throughput;
  }

  /** What a plan is made from now, in this world or in one that somebody asks about. */
  planningContext(world: World): PlacementContext {
    const nowMs = this.options.clock.nowMs();
    return placementContext(new Draft(this.state, nowMs), { ...this.context(nowMs), world });
  }

  /** A step that moves data is not to go on once its task turned back: its agent stops it, and says so. */
  private mayGoOn(stepId: string): boolean {
    const ref = this.state.liveByStep.get(stepId);
    const task = ref && this.state.restores.get(ref.runId)?.tasks.get(ref.taskId);
    return task?.steps.at(ref?.index ?? -1)?.purpose !== 'forward' || task.turnedBack === null;
  }

  private collectWhatWaits(): void {
    for (const run of this.state.runs.values()) if (run.status === 'collecting') this.options.onCollect(run.runId);
    for (const run of this.state.restores.values()) if (run.status === 'collecting') this.options.onCollect(run.runId);
  }

  private liveAttemptOn(member: string, attemptId: string): AttemptState | undefined {
    const ref = this.state.liveByAttempt.get(attemptId);
    if (!ref || ref.member !== member) return undefined;
    return this.state.runs.get(ref.runId)?.tasks.get(ref.taskId)?.attempts.at(-1);
  }

  private context(nowMs: number): Context {
    return {
      nowMs,
      world: this.world,
      settings: this.options.settings,
      throughput: this.throughput,
      bytesDone: (attemptId) => Number(this.leases.bytesDone(attemptId)),
      isAlive: (member) => this.leases.isAlive(member, nowMs, this.world.members.get(member)?.agent.state === 'alive'),
    };
  }

  private async decideTogether(questions: readonly Question[]): Promise<readonly PromiseSettledResult<void>[]> {
    if (questions.length > 1 && (await this.storeTogether(questions))) {
      return questions.map(() => ({ status: 'fulfilled', value: undefined }));
    }
    const outcomes: PromiseSettledResult<void>[] = [];
    for (const { input, messageId, look } of questions) {
      look?.();
      // One after the other is the point: each is decided on what the one before has left.
      outcomes.push(...(await Promise.allSettled([this.decideAndStore(input, messageId)])));
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
      let { state } = this;
      // The whole picture first: nothing may be sent that the picture forbids in the moment when it is stored.
      for (const { look } of questions) look?.();
      for (const { input } of questions) {
        const decided = decide(state, input, this.context(nowMs));
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

  private async decideAndStore(input: Input, messageId?: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.decideOnce(input, messageId);
      } catch (error) {
        if (!(error instanceof VersionConflict) || tries >= DECISION_TRIES_MAX) throw error;
        this.options.log.warn({ event: 'decision.repeated', input: input.type, tries, problem: error.message });
      }
    }
  }

  private async decideOnce(input: Input, messageId: string | undefined): Promise<void> {
    if (this.isDoubtful) await this.load();
    const nowMs = this.options.clock.nowMs();
    const decided = decide(this.state, input, this.context(nowMs));
    await this.store(decided, messageId === undefined ? [] : [messageId], nowMs);
  }

  /** False: a message was handled before, and nothing was stored. */
  private async store(decided: Decided, messageIds: readonly string[], nowMs: number): Promise<boolean> {
    const { events, maintenance, state } = decided;
    if (events.length + maintenance.length === 0 && messageIds.length === 0) return true;
    const { commit, throughput } = this.commitOf(decided, messageIds);
    this.isDoubtful = true;
    const isStored = await this.options.store.commit(commit);
    this.isDoubtful = false;
    if (!isStored) return false;
    this.state = state;
    this.throughput = throughput;
    for (const event of events) this.follow(event, nowMs);
    if (commit.commands.length > 0 || commit.facts.length > 0) this.options.onCommitted();
    return true;
  }

  /**
   * The conductor before may have missed an agent's last word, or an agent its order. Until the answer or the end of its lease, which
   * counts from now, nothing is decided about an attempt.
   */
  private async askForLiveAttempts(): Promise<void> {
    const { clock, source, store } = this.options;
    const commands = [...this.state.liveByAttempt.values()].flatMap((ref) => {
      const run = this.state.runs.get(ref.runId);
      return (run && describeCommand(ref, run, clock.nowMs(), { source, epoch: this.epoch })) ?? [];
    });
    for (const run of this.state.restores.values())
      commands.push(...describeStepCommands(run, clock.nowMs(), { source, epoch: this.epoch }));
    if (commands.length > 0)
      await store.commit({ messageIds: [], events: [], runs: [], maintenance: [], commands, facts: [], learned: [] });
  }

  /** Takes the state from the store. What waits to be sent there is sent as well: the commit may have counted. */
  private async load(): Promise<void> {
    const { store, clock } = this.options;
    const state = replay(await store.loadUnfinished(), await store.loadMaintenance());
    this.throughput = await store.loadThroughput();
    this.state = state;
    this.leases.adopt(state, clock.nowMs());
    if (this.isDoubtful) {
      this.isDoubtful = false;
      this.collectWhatWaits();
      this.options.onCommitted();
    }
  }

  private commitOf(
    { events, maintenance }: Omit<Decided, 'state'>,
    messageIds: readonly string[],
  ): { commit: Commit; throughput: Throughput } {
    const { settings, source } = this.options;
    const { leaseMs, dispatchTimeoutMs } = settings;
    const context: EffectContext = { source, epoch: this.epoch, leaseMs, dispatchTimeoutMs, world: this.world };
    const records = new Map<string, RunRecord>();
    const runs = new Map<string, RunState>();
    const restores = new Map<string, RestoreRunState>();
    const recorded: RecordedEvent[] = [];
    const commands: Commit['commands'][number][] = [];
    const facts: Commit['facts'][number][] = [];
    for (const event of events) {
      if (isRestoreEvent(event)) {
        const before = restores.get(event.runId) ?? this.state.restores.get(event.runId);
        const restore = evolveRestore(before, event);
        restores.set(event.runId, restore);
        records.set(event.runId, { ...restore, isClosed: isClosed(restore) });
        recorded.push({ sequence: restore.version, event });
        commands.push(...restoreCommandsOf(event, restore, restore.version, context));
        const told = restoreFactOf(event, before, restore, restore.version, context);
        if (told) facts.push({ about: `run ${restore.runId}`, message: told });
        continue;
      }
      const run = evolveRun(runs.get(event.runId) ?? this.state.runs.get(event.runId), event);
      runs.set(event.runId, run);
      records.set(event.runId, { ...run, isClosed: isFinal(run) });
      const sequence = run.version;
      recorded.push({ sequence, event });
      const command = commandOf(event, run, sequence, context);
      if (command) commands.push(command);
      const fact = factOf(event, run, sequence, context);
      if (fact) facts.push({ about: `run ${run.runId}`, message: fact });
    }
    const { throughput, learned } = learnFrom(this.throughput, events, runs);
    const { version } = this.state.maintenance;
    const recordedMaintenance = maintenance.map((event, index) => ({ sequence: version + index + 1, event }));
    for (const { sequence, event } of recordedMaintenance)
      facts.push({ about: 'maintenance', message: maintenanceFactOf(event, sequence, context) });
    const commit = {
      messageIds,
      events: recorded,
      runs: [...records.values()],
      maintenance: recordedMaintenance,
      commands,
      facts,
      learned,
    };
    return {
      commit,
      throughput,
    };
  }

  /** What follows from a stored event outside the state: leases to watch, a run to collect for. */
  private follow(event: ConductorEvent, nowMs: number): void {
    switch (event.type) {
      case 'RunRequested': {
        const run = this.state.runs.get(event.runId);
        if (run && !isFinal(run)) this.options.onCollect(event.runId);
        return;
      }
      case 'TaskDispatched':
        return this.leases.open(event.attempt.attemptId, event.attempt.member, nowMs);
      case 'AttemptEnded':
        return this.leases.close(event.attemptId);
      case 'RestoreRequested':
        if (this.state.restores.get(event.runId)?.status === 'collecting') this.options.onCollect(event.runId);
        return;
      case 'RestoreStepOrdered':
        return this.leases.open(event.step.stepId, event.step.member, nowMs);
      case 'RestoreStepEnded':
        return this.leases.close(event.stepId);
      default:
    }
  }
}
