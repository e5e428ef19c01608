import {
  failure,
  type DescribeAttempt,
  type LeaseReply,
  type LiveAttempt,
  type StartBackup,
  type StopBackup,
} from '#contracts';
import { refAndMember } from '../domain/messages.js';
import { readJournal, resume } from '../domain/replay.js';
import { AttemptActor, type AttemptPorts } from './attempt-actor.js';
import type { EpochFence } from './epoch-fence.js';
import { Serial } from './serial.js';

/** A heartbeat lists at most this many attempts; a member has at most 100 databases (MS-ED). */
const LIVE_ATTEMPTS_MAX = 1_000;
/** Stop orders remembered for attempts whose start order has not come; the oldest are forgotten first. */
const REMEMBERED_STOPS_MAX = 10_000;

/** Every attempt that this agent knows of, and the orders about them. */
export class Attempts {
  private readonly actors = new Map<string, AttemptActor>();
  private readonly stops = new Map<string, StopBackup>();
  private readonly orders = new Serial();
  private isStopping = false;

  constructor(
    private readonly ports: AttemptPorts,
    private readonly fence: EpochFence,
    /** Called when an attempt waits for a lease, and whenever one changed. */
    private readonly askForLease: () => void,
    private readonly onChange: () => void,
  ) {}

  /** Takes up what the journal says was in hand. */
  resume(): void {
    const { clock, journal, limits, memberId, log, warnings } = this.ports;
    const content = readJournal(journal.records);
    this.fence.see(content.highestEpoch);
    for (const [attemptId, order] of content.stops) this.stops.set(attemptId, order);
    for (const attemptId of content.orphans) {
      warnings.set(
        `journal.orphan.${attemptId}`,
        `the journal has records of attempt ${attemptId} but not its order; nothing is concluded from them`,
      );
      log.warn('journal.orphan', { attemptId });
    }
    const context = { memberId, limits, nowMs: clock.monotonicMs(), nowUtc: clock.utcNow() };
    for (const journaled of content.attempts.values()) {
      const { state, effects } = resume(journaled, context);
      const { final, reported } = journaled;
      const actor = new AttemptActor(state, final && { endedAt: final.at, reported }, this.ports, this.onChange);
      this.actors.set(journaled.command.attemptId, actor);
      if (!journaled.final)
        log.info('attempt.resumed', { attemptId: journaled.command.attemptId, as: state.phase.name });
      actor.perform(effects);
      const order = this.stops.get(journaled.command.attemptId);
      if (order) actor.post({ kind: 'refuse', failure: stoppedBefore(order) });
    }
  }

  live(): readonly LiveAttempt[] {
    return [...this.actors.values()].flatMap((actor) => actor.live() ?? []).slice(0, LIVE_ATTEMPTS_MAX);
  }

  /** Resolves when the order is on disk: only then may it be acknowledged. */
  start(command: StartBackup): Promise<void> {
    return this.orders.run(() => this.takeStart(command));
  }

  stop(order: StopBackup): Promise<void> {
    return this.orders.run(() => this.takeStop(order));
  }

  describe(order: DescribeAttempt): Promise<void> {
    return this.orders.run(() => this.takeDescribe(order));
  }

  applyReply(reply: LeaseReply, sentAtMs: number): void {
    if (this.isStopping) return;
    for (const { attemptId, verdict } of reply.grants) {
      const actor = this.actors.get(attemptId);
      if (!actor) continue;
      if (verdict === 'stale') actor.post({ kind: 'stale' });
      else if (!this.mustWait(actor))
        actor.post({ kind: 'granted', leaseUntilMs: sentAtMs + actor.state.command.leaseMs });
    }
  }

  /** Kills what runs; what waits stays in the journal for the next start of the agent. */
  stopAll(): void {
    this.isStopping = true;
    for (const actor of this.actors.values()) actor.post({ kind: 'agentStopping' });
  }

  get isIdle(): boolean {
    return [...this.actors.values()].every((actor) => !actor.isBusy);
  }

  /** Forgets what ended before the moment given, in memory and in the journal. */
  async forget(endedBeforeMs: number): Promise<void> {
    for (const [attemptId, { isDone, endedAt }] of this.actors) {
      if (isDone && endedAt !== null && Date.parse(endedAt) < endedBeforeMs) this.actors.delete(attemptId);
    }
    await this.ports.journal.compact(endedBeforeMs);
  }

  close(): void {
    for (const actor of this.actors.values()) actor.close();
  }

  private async takeStart(command: StartBackup): Promise<void> {
    const { clock, journal, outbox } = this.ports;
    const { attemptId } = command;
    const known = this.actors.get(attemptId);
    if (known) return this.answerAgain(known);
    if (this.isStopping) throw new Error(`the agent is stopping; ${attemptId} waits for its next start`);
    if (outbox.isFull) throw new Error(`the broker takes no results; ${attemptId} is not accepted before it does`);
    await journal.append({ kind: 'received', at: clock.utcNow(), attemptId, command });
    const refusal = this.refusalOf(command);
    this.fence.see(command.epoch);
    const giveUpAtMs = clock.monotonicMs() + this.ports.limits.grantWaitMs;
    const actor = new AttemptActor(
      { command, bytesDone: '0', phase: { name: 'waiting', giveUpAtMs } },
      null,
      this.ports,
      this.onChange,
    );
    this.actors.set(attemptId, actor);
    if (refusal) {
      actor.post({ kind: 'refuse', failure: refusal });
      return;
    }
    for (const other of this.actors.values()) {
      const { command: earlier } = other.state;
      const isOlder =
        earlier.runId === command.runId && earlier.taskId === command.taskId && earlier.attempt < command.attempt;
      if (isOlder) other.post({ kind: 'superseded', byAttemptId: attemptId });
    }
    outbox.add({ kind: 'accepted', data: refAndMember(command, this.ports) });
    this.askForLease();
  }

  private refusalOf(command: StartBackup) {
    const order = this.stops.get(command.attemptId);
    if (order) return stoppedBefore(order);
    if (this.fence.isOutdated(command.epoch)) {
      return superseded(
        `the order is of epoch ${command.epoch}, and a conductor of epoch ${this.fence.highest} has given orders since`,
      );
    }
    const later = [...this.actors.values()].find(
      ({ state: { command: other } }) =>
        other.runId === command.runId && other.taskId === command.taskId && other.attempt > command.attempt,
    );
    if (later)
      return superseded(
        `attempt ${later.state.command.attempt} of the same task was ordered before this attempt ${command.attempt}`,
      );
    if (this.live().length >= LIVE_ATTEMPTS_MAX) {
      return failure(
        'agent.busy',
        `${this.ports.memberId} has ${LIVE_ATTEMPTS_MAX} attempts in hand and takes no more`,
        { retryable: true },
      );
    }
    return null;
  }

  private async takeStop(order: StopBackup): Promise<void> {
    const { outbox } = this.ports;
    const { attemptId } = order;
    const known = this.actors.get(attemptId);
    if (known) {
      if (known.state.phase.name === 'ended') this.answerAgain(known);
      else known.post({ kind: 'stopOrdered', reason: order.reason });
      return;
    }
    await this.rememberStop(order);
    const reason = failure('attempt.stop-ordered', `stopped by order before it was known here: ${order.reason}`, {
      retryable: false,
    });
    const end = {
      ...refAndMember(order, this.ports),
      outcome: 'stopped' as const,
      failure: reason,
      bytes: '0',
      durationMs: 0,
      exitCode: null,
    };
    outbox.add({ kind: 'ended', data: end });
  }

  /** Who is told that an attempt is unknown gives it up, so it must not start when its order comes after all. */
  private async takeDescribe(order: DescribeAttempt): Promise<void> {
    const { memberId, outbox } = this.ports;
    const known = this.actors.get(order.attemptId);
    if (known) return this.answerAgain(known);
    const reason = `the agent on ${memberId} was asked for it and did not know it`;
    await this.rememberStop({ ...order, reason });
    const unknown = failure('attempt.unknown', `no order for this attempt is in the journal of ${memberId}`, {
      retryable: true,
    });
    outbox.add({ kind: 'refused', data: { ...refAndMember(order, this.ports), failure: unknown } });
  }

  private async rememberStop(order: StopBackup): Promise<void> {
    const { clock, journal } = this.ports;
    const { attemptId } = order;
    if (this.stops.has(attemptId)) return;
    await journal.append({ kind: 'stopKnown', at: clock.utcNow(), attemptId, order });
    this.stops.set(attemptId, order);
    const oldest = this.stops.keys().next();
    if (this.stops.size > REMEMBERED_STOPS_MAX && !oldest.done) this.stops.delete(oldest.value);
  }

  /** A command that is known is answered with how things stand, and starts nothing. */
  private answerAgain({ state: { command, phase } }: AttemptActor): void {
    const { outbox } = this.ports;
    if (phase.name === 'ended') outbox.add(phase.message);
    else {
      outbox.add({ kind: 'accepted', data: refAndMember(command, this.ports) });
      if ('run' in phase && phase.run) {
        outbox.add({ kind: 'started', data: { ...refAndMember(command, this.ports), startedAt: phase.run.startedAt } });
      }
    }
    if (phase.name === 'waiting') this.askForLease();
  }

  /** One backup of a database at a time: a grant is left unused while an earlier attempt of it is not over on this member. */
  private mustWait(actor: AttemptActor): boolean {
    if (actor.state.phase.name !== 'waiting') return false;
    const { databaseGuid } = actor.state.command;
    return [...this.actors.values()].some(
      (other) => other !== actor && other.state.command.databaseGuid === databaseGuid && other.isBusy,
    );
  }
}

function superseded(message: string) {
  return failure('attempt.superseded', message, { retryable: false });
}

function stoppedBefore(order: StopBackup) {
  return superseded(`the order to stop ${order.attemptId} came before the order to start it: ${order.reason}`);
}
