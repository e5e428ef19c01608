import {
  failure,
  restoreStepOf,
  type DescribeRestoreStep,
  type Failure,
  type LeaseReply,
  type LiveAttempt,
  type OrderRestoreStep,
  type StopRestoreStep,
} from '#contracts';
import { newStep } from '../domain/restore/step-life.js';
import { stepRef } from '../domain/restore/step-ref.js';
import { isStepRecord } from '../domain/restore/step-records.js';
import { readSteps, resumeStep } from '../domain/restore/step-replay.js';
import type { EpochFence } from './epoch-fence.js';
import { Serial } from './serial.js';
import { StepActor, type StepPorts } from './step-actor.js';

/** A restore has one step in hand on a member; there are at most as many as databases there (MS-ED: 100). */
const LIVE_STEPS_MAX = 500;
/** Stop orders remembered for steps whose order has not come; the oldest are forgotten first. */
const REMEMBERED_STOPS_MAX = 10_000;

/** Every step of a restore that this agent knows of, and the orders about them. */
export class RestoreSteps {
  private readonly actors = new Map<string, StepActor>();
  private readonly stops = new Map<string, StopRestoreStep>();
  private readonly orders = new Serial();
  private isStopping = false;

  constructor(
    private readonly ports: StepPorts,
    private readonly fence: EpochFence,
    private readonly askForLease: () => void,
    private readonly onChange: () => void,
  ) {}

  /** Takes up what the journal says was in hand. */
  resume(): void {
    const { clock, journal, limits, memberId, log } = this.ports;
    const { steps, stops } = readSteps(journal.records.filter(isStepRecord));
    for (const [stepId, order] of stops) this.stops.set(stepId, order);
    const context = { memberId, limits, nowMs: clock.monotonicMs(), nowUtc: clock.utcNow() };
    for (const [stepId, journaled] of steps) {
      this.fence.see(journaled.order.epoch);
      const { state, effects } = resumeStep(journaled, context);
      const earlier = journaled.endedAt === null ? null : { endedAt: journaled.endedAt, reported: journaled.reported };
      const actor = new StepActor(state, earlier, this.ports, this.onChange);
      this.actors.set(stepId, actor);
      if (journaled.end === null) log.info('step.resumed', { stepId, as: state.phase.name });
      actor.perform(effects);
      const order = this.stops.get(stepId);
      if (order) actor.post({ kind: 'refuse', failure: stoppedBefore(order) });
    }
  }

  live(): readonly LiveAttempt[] {
    return [...this.actors.values()].flatMap((actor) => actor.live() ?? []).slice(0, LIVE_STEPS_MAX);
  }

  /** Resolves when the order is on disk: only then may it be acknowledged. */
  order(order: OrderRestoreStep): Promise<void> {
    return this.orders.run(() => this.takeOrder(order));
  }

  stop(order: StopRestoreStep): Promise<void> {
    return this.orders.run(() => this.takeStop(order));
  }

  describe(order: DescribeRestoreStep): Promise<void> {
    return this.orders.run(() => this.takeDescribe(order));
  }

  applyReply(reply: LeaseReply, sentAtMs: number): void {
    if (this.isStopping) return;
    for (const { attemptId: stepId, verdict } of reply.grants) {
      const actor = this.actors.get(stepId);
      if (!actor) continue;
      if (verdict === 'stale') actor.post({ kind: 'stale' });
      else if (!this.mustWait(actor))
        actor.post({ kind: 'granted', leaseUntilMs: sentAtMs + actor.state.order.leaseMs });
    }
  }

  stopAll(): void {
    this.isStopping = true;
    for (const actor of this.actors.values()) actor.post({ kind: 'agentStopping' });
  }

  get isIdle(): boolean {
    return [...this.actors.values()].every((actor) => !actor.isBusy);
  }

  /** Forgets in memory what ended before the moment given; the journal is compacted as a whole. */
  forget(endedBeforeMs: number): void {
    for (const [stepId, { isDone, endedAt }] of this.actors)
      if (isDone && endedAt !== null && Date.parse(endedAt) < endedBeforeMs) this.actors.delete(stepId);
  }

  close(): void {
    for (const actor of this.actors.values()) actor.close();
  }

  private async takeOrder(order: OrderRestoreStep): Promise<void> {
    const { clock, journal, outbox, memberId } = this.ports;
    const { stepId } = order;
    const known = this.actors.get(stepId);
    if (known) return this.answerAgain(known);
    if (this.isStopping) throw new Error(`the agent is stopping; ${stepId} waits for its next start`);
    if (outbox.isFull) throw new Error(`the broker takes no results; ${stepId} is not accepted before it does`);
    await journal.append({ kind: 'stepReceived', at: clock.utcNow(), stepId, order });
    const refusal = this.refusalOf(order);
    this.fence.see(order.epoch);
    const giveUpAtMs = clock.monotonicMs() + this.ports.limits.grantWaitMs;
    const actor = new StepActor(newStep(order, restoreStepOf(order.step), giveUpAtMs), null, this.ports, this.onChange);
    this.actors.set(stepId, actor);
    if (refusal) {
      actor.post({ kind: 'refuse', failure: refusal });
      return;
    }
    for (const other of this.others(order))
      if (other.state.order.number < order.number) other.post({ kind: 'superseded', byStepId: stepId });
    outbox.add({ kind: 'stepAccepted', data: { ...stepRef(order), memberId } });
    this.askForLease();
  }

  private refusalOf(order: OrderRestoreStep): Failure | null {
    const stop = this.stops.get(order.stepId);
    if (stop) return stoppedBefore(stop);
    if (this.fence.isOutdated(order.epoch)) {
      const message = `the order is of epoch ${order.epoch}, and a conductor of epoch ${this.fence.highest} has given orders since`;
      return superseded(message);
    }
    const later = this.others(order).find(({ state }) => state.order.number > order.number);
    if (later)
      return superseded(
        `step ${later.state.order.number} of the same restore was ordered before this step ${order.number}`,
      );
    if (this.live().length >= LIVE_STEPS_MAX) {
      const message = `${this.ports.memberId} has ${LIVE_STEPS_MAX} steps of restores in hand and takes no more`;
      return failure('agent.busy', message, { retryable: true });
    }
    return null;
  }

  /** The other steps of the same restore. Reseeds of several copies go on side by side and are nothing to each other. */
  private others({ runId, taskId, stepId, step }: OrderRestoreStep): readonly StepActor[] {
    return [...this.actors.values()].filter(
      ({ state: { order } }) =>
        order.runId === runId &&
        order.taskId === taskId &&
        order.stepId !== stepId &&
        !(step.kind === 'reseedCopy' && order.step.kind === 'reseedCopy'),
    );
  }

  private async takeStop(order: StopRestoreStep): Promise<void> {
    const known = this.actors.get(order.stepId);
    if (known) {
      if (known.state.phase.name === 'ended') this.answerAgain(known);
      else known.post({ kind: 'stopOrdered', reason: order.reason });
      return;
    }
    await this.rememberStop(order);
    const message = `stopped by order before it was known here: ${order.reason}`;
    this.tellUnknown(order, 'stopped', failure('step.stop-ordered', message, { retryable: false }));
  }

  /** Who is told that a step is unknown gives it up, so it must not begin when its order comes after all. */
  private async takeDescribe(order: DescribeRestoreStep): Promise<void> {
    const { memberId } = this.ports;
    const known = this.actors.get(order.stepId);
    if (known) return this.answerAgain(known);
    await this.rememberStop({
      ...stepRef(order),
      reason: `the agent on ${memberId} was asked for it and did not know it`,
    });
    const message = `no order for this step is in the journal of ${memberId}`;
    this.tellUnknown(order, 'refused', failure('step.unknown', message, { retryable: true }));
  }

  private tellUnknown(
    order: StopRestoreStep | DescribeRestoreStep,
    outcome: 'stopped' | 'refused',
    why: Failure,
  ): void {
    const data = { ...stepRef(order), memberId: this.ports.memberId, outcome, failure: why, changed: false };
    this.ports.outbox.add({ kind: 'stepEnded', data: { ...data, wrote: false, bytes: '0', durationMs: 0 } });
  }

  private async rememberStop(order: StopRestoreStep): Promise<void> {
    const { clock, journal } = this.ports;
    const { stepId } = order;
    if (this.stops.has(stepId)) return;
    await journal.append({ kind: 'stepStopKnown', at: clock.utcNow(), stepId, order });
    this.stops.set(stepId, order);
    const oldest = this.stops.keys().next();
    if (this.stops.size > REMEMBERED_STOPS_MAX && !oldest.done) this.stops.delete(oldest.value);
  }

  /** An order that is known is answered with how things stand, and begins nothing. */
  private answerAgain({ state: { order, phase } }: StepActor): void {
    const { outbox, memberId } = this.ports;
    if (phase.name === 'ended') outbox.add(phase.message);
    else outbox.add({ kind: 'stepAccepted', data: { ...stepRef(order), memberId } });
    if (phase.name === 'waiting') this.askForLease();
  }

  /** A grant is left unused while an earlier step of the same restore is not over on this member. */
  private mustWait(actor: StepActor): boolean {
    if (actor.state.phase.name !== 'waiting') return false;
    const { order } = actor.state;
    return this.others(order).some((other) => other.isBusy && other.state.order.number < order.number);
  }
}

function superseded(message: string): Failure {
  return failure('step.superseded', message, { retryable: false });
}

function stoppedBefore(order: StopRestoreStep): Failure {
  return superseded(`the order to stop ${order.stepId} came before the order for it: ${order.reason}`);
}
