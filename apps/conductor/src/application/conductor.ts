import type { DatabaseView, InventorySnapshot, MemberView, ReportedDatabase } from '#contracts';
import type { Input } from '../domain/decide/index.js';
import { grantsFor } from '../domain/grants.js';
import { hasDeadlineToCome } from '../domain/maintenance/maintenance.state.js';
import type { Settings } from '../domain/settings.js';
import { withDatabase, withMember, withObservation, worldFromSnapshot } from '../domain/world.js';
import { DecidingLoop, type DecidingOptions } from './deciding-loop.js';
import { Memory } from './memory.js';
import { Standing } from './standing.js';
import { collectingRuns, questionsOf } from './takeover.js';

export interface ConductorOptions extends DecidingOptions {
  readonly settings: Settings;
  /** False: another conductor may have taken over by now, so nothing is granted. Absent: there can be no other. */
  mayAct?(): boolean;
}

/** What an agent says of one of its live attempts. */
export interface HeardAttempt {
  readonly attemptId: string;
  readonly bytesDone: string;
}

/**
 * Everything that comes to the conductor, from messages, agents and time, and becomes a decision. Holds the state of all unfinished runs
 * in memory; everything in it can be rebuilt from the store.
 */
export class Conductor {
  /** How things stand, for those who ask. */
  readonly standing: Standing;
  private readonly memory: Memory;
  private readonly loop: DecidingLoop;

  constructor(private readonly options: ConductorOptions) {
    const { clock, settings } = options;
    this.memory = new Memory(settings, clock.nowMs());
    this.standing = new Standing(this.memory, clock);
    this.loop = new DecidingLoop(this.memory, options);
  }

  /** Rebuilds the state from the store. Nothing else may be called before. */
  async start(): Promise<void> {
    const { store, clock, source, log } = this.options;
    await this.loop.start();
    const { state } = this.memory;
    const { epoch } = this.loop;
    const commands = questionsOf(state, clock.nowMs(), { source, epoch });
    if (commands.length > 0)
      await store.commit({ messageIds: [], events: [], runs: [], maintenance: [], commands, facts: [], learned: [] });
    log.log({
      event: 'conductor.started',
      epoch,
      unfinishedRuns: state.runs.size,
      liveAttempts: state.liveByAttempt.size,
      unfinishedRestores: state.restores.size,
      liveSteps: state.liveByStep.size,
    });
    for (const runId of collectingRuns(state)) this.options.onCollect(runId);
  }

  /** Resolves when the input's consequences are stored. `messageId` makes a second delivery of the same message a no-op. */
  handle(input: Input, messageId?: string): Promise<void> {
    return this.loop.ask({ input, ...(messageId === undefined ? {} : { messageId }) });
  }

  /** A whole new picture, then the input that waited for it. */
  refreshWorld(snapshot: InventorySnapshot, input: Input = { type: 'WorldRefreshed' }): Promise<void> {
    return this.loop.alone((decideNow) => {
      this.memory.world = worldFromSnapshot(snapshot);
      this.memory.pictureAtMs = this.options.clock.nowMs();
      return decideNow(input);
    });
  }

  databaseChanged(database: DatabaseView, input: Input, messageId: string): Promise<void> {
    return this.loop.ask({ input, messageId, look: (world) => withDatabase(world, database) });
  }

  memberChanged(member: MemberView, messageId: string): Promise<void> {
    const input: Input = { type: 'MemberChanged', member: member.id };
    return this.loop.ask({ input, messageId, look: (world) => withMember(world, member) });
  }

  /** What an agent says of an attempt, with the database as it saw it in the same moment. */
  attemptReported(
    input: Input,
    observed: ReportedDatabase | undefined,
    member: string,
    messageId: string,
  ): Promise<void> {
    return this.loop.ask({
      input,
      messageId,
      look: (world) => (observed ? withObservation(world, observed, member) : world),
    });
  }

  /** Renews the leases that are the agent's to have, and says which are not. Not leading: it is not for this conductor to say. */
  heartbeat(
    member: string,
    attempts: readonly HeardAttempt[],
  ): Promise<{ epoch: number; granted: ReadonlySet<string>; isLeading: boolean }> {
    return this.loop.alone(async (decideNow) => {
      const { epoch } = this.loop;
      const { leases, state } = this.memory;
      const nowMs = this.options.clock.nowMs();
      const returned = leases.hear(member, nowMs);
      if (this.options.mayAct?.() === false) return { epoch, granted: new Set(), isLeading: false };
      const bytesDone = new Map(attempts.map((each) => [each.attemptId, each.bytesDone]));
      const { alive, granted } = grantsFor(state, member, [...bytesDone.keys()]);
      for (const attemptId of alive) leases.renew(attemptId, bytesDone.get(attemptId) ?? '0', nowMs);
      this.options.watch?.leases(granted.size, attempts.length - granted.size);
      if (returned) await decideNow({ type: 'MemberChanged', member });
      return { epoch, granted, isLeading: true };
    });
  }

  /** What time alone brings about. Called a few times a second. */
  tick(): Promise<void> {
    return this.loop.alone(async (decideNow) => {
      const { runs, restores, maintenance } = this.memory.state;
      if (runs.isEmpty() && restores.isEmpty() && !hasDeadlineToCome(maintenance)) return;
      const due = this.memory.leases.due(this.options.clock.nowMs());
      for (const [member, attemptIds] of due.expiredByMember) {
        await decideNow({ type: 'LeasesExpired', member, attemptIds });
      }
      for (const attemptId of due.notGranted) await decideNow({ type: 'AttemptNotGranted', attemptId });
      await decideNow({ type: 'Tick' });
    });
  }

  /** Gives waiting work to other members where it goes on differently than was reckoned. Called once in a while. */
  async rebalance(): Promise<void> {
    if (!this.memory.state.runs.isEmpty()) await this.handle({ type: 'Rebalance' });
  }

  /** Inputs, heartbeats and turns of time that wait for the one before, or are at it. */
  get waiting(): number {
    return this.loop.waiting;
  }

  /** Resolves when every input given so far is stored. */
  idle(): Promise<void> {
    return this.loop.idle();
  }
}
