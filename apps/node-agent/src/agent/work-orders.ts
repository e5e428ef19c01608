import { displayName, failure, type Failure, type LeaseReply, type LiveAttempt } from '#contracts';
import type { EpochFence } from './epoch-fence.js';
import type { WorkMessage } from './outbox.js';
import { Serial } from './serial.js';
import type { WorkPorts } from './work-actor.js';
import type { StopOrder, Work, WorkKind, WorkOrder } from './work-kind.js';
import { Works } from './works.js';

/** Stop orders remembered for work whose own order has not come; the oldest are forgotten first. */
const REMEMBERED_STOPS_MAX = 10_000;

/**
 * Takes the orders about one kind of work, one after the other, each on disk before it is acknowledged. An order that is known begins
 * nothing and is answered with how things stand; one of a conductor of the past, one that a later order has overtaken and one whose stop
 * came first are refused.
 */
export class WorkOrders<Order extends WorkOrder & Ref, Stop extends StopOrder & Ref, Ref, W extends Work> {
  private readonly works: Works<Order, Stop, Ref, W>;
  private readonly stops = new Map<string, Stop>();
  private readonly orders = new Serial();
  private isStopping = false;

  constructor(
    private readonly kind: WorkKind<Order, Stop, Ref, W>,
    private readonly ports: Pick<
      WorkPorts<{ readonly grantWaitMs: number }>,
      'memberId' | 'limits' | 'clock' | 'journal' | 'outbox'
    >,
    private readonly fence: EpochFence,
    /** Called when something waits for a lease. */
    private readonly askForLease: () => void,
  ) {
    this.works = new Works(kind);
  }

  /** Takes up what the journal says was in hand. */
  resume(): void {
    const { highestEpoch, stops, works } = this.kind.inJournal();
    this.fence.see(highestEpoch);
    for (const [id, order] of stops) this.stops.set(id, order);
    for (const { work, goOn } of works) {
      this.works.add(work);
      goOn();
      const stop = this.stops.get(this.kind.idOf(this.kind.orderOf(work)));
      if (stop) work.post({ kind: 'refuse', failure: this.stoppedBefore(stop) });
    }
  }

  live(): readonly LiveAttempt[] {
    return this.works.live();
  }

  applyReply(reply: LeaseReply, sentAtMs: number): void {
    if (!this.isStopping) this.works.applyReply(reply, sentAtMs);
  }

  /** Resolves when the order is on disk: only then may it be acknowledged. */
  begin(order: Order): Promise<void> {
    return this.orders.run(() => this.takeOrder(order));
  }

  stop(order: Stop): Promise<void> {
    return this.orders.run(() => this.takeStop(order));
  }

  /** Resolves when the answer is on its way, and what must follow from it is on disk. */
  describe(ref: Ref): Promise<void> {
    return this.orders.run(() => this.takeDescribe(ref));
  }

  /** Kills what runs; what waits stays in the journal for the next start of the agent. */
  stopAll(): void {
    this.isStopping = true;
    for (const work of this.works.all()) work.post({ kind: 'agentStopping' });
  }

  get isIdle(): boolean {
    return this.works.all().every((work) => !work.isBusy);
  }

  /** Forgets in memory what ended before the moment given; the journal is compacted as a whole. */
  forget(endedBeforeMs: number): void {
    this.works.forget(endedBeforeMs);
  }

  close(): void {
    for (const work of this.works.all()) work.close();
  }

  private async takeOrder(order: Order): Promise<void> {
    const { kind, ports, works } = this;
    const { clock, journal, outbox, limits } = ports;
    const id = kind.idOf(order);
    const known = works.get(order);
    if (known) return this.answer(known);
    if (this.isStopping) throw new Error(`the agent is stopping; ${id} waits for its next start`);
    if (outbox.isFull) throw new Error(`the broker takes no results; ${id} is not accepted before it does`);
    await journal.append(kind.orderRecord(order));
    const refusal = this.refusalOf(order);
    this.fence.see(order.epoch);
    const work = kind.begun(order, clock.monotonicMs() + limits.grantWaitMs);
    works.add(work);
    if (refusal) {
      work.post({ kind: 'refuse', failure: refusal });
      return;
    }
    for (const rival of works.rivalsOf(order))
      if (this.numberOf(rival) < kind.numberOf(order)) rival.post({ kind: 'superseded', by: id });
    this.answer(work);
  }

  private refusalOf(order: Order): Failure | null {
    const { kind, fence, works } = this;
    const { words, liveMax } = kind;
    const stop = this.stops.get(kind.idOf(order));
    if (stop) return this.stoppedBefore(stop);
    if (fence.isOutdated(order.epoch)) {
      const message = `the order is of epoch ${order.epoch}, and a conductor of epoch ${fence.highest} has given orders since`;
      return this.superseded(message);
    }
    const number = kind.numberOf(order);
    const later = works.rivalsOf(order).find((rival) => this.numberOf(rival) > number);
    if (later) {
      const { one, whole } = words;
      const message = `${one} ${this.numberOf(later)} of the same ${whole} was ordered before this ${one} ${number}`;
      return this.superseded(message);
    }
    if (this.live().length < liveMax) return null;
    const message = `${displayName(this.ports.memberId)} has ${liveMax} ${words.several} in hand and takes no more`;
    return failure('agent.busy', message, { retryable: true });
  }

  private async takeStop(order: Stop): Promise<void> {
    const known = this.works.get(order);
    if (known) {
      if (known.state.phase.name === 'ended') this.answer(known);
      else known.post({ kind: 'stopOrdered', reason: order.reason });
      return;
    }
    await this.rememberStop(order);
    const message = `stopped by order before it was known here: ${order.reason}`;
    const why = failure(this.kind.words.stopOrdered, message, { retryable: false });
    this.tell([this.kind.stoppedUnbegun(order, why)]);
  }

  /** Who is told that something is unknown gives it up, so it must not begin when its order comes after all. */
  private async takeDescribe(ref: Ref): Promise<void> {
    const { kind, ports } = this;
    const known = this.works.get(ref);
    if (known) return this.answer(known);
    await this.rememberStop(
      kind.stopOf(ref, `the agent on ${displayName(ports.memberId)} was asked for it and did not know it`),
    );
    const message = `no order for this ${kind.words.one} is in the journal of ${displayName(ports.memberId)}`;
    this.tell([kind.unknown(ref, failure(kind.words.unknown, message, { retryable: true }))]);
  }

  private async rememberStop(order: Stop): Promise<void> {
    const id = this.kind.idOf(order);
    if (this.stops.has(id)) return;
    await this.ports.journal.append(this.kind.stopRecord(order));
    this.stops.set(id, order);
    const oldest = this.stops.keys().next();
    if (this.stops.size > REMEMBERED_STOPS_MAX && !oldest.done) this.stops.delete(oldest.value);
  }

  /** Also the first answer: what is accepted waits for its lease. */
  private answer(work: W): void {
    this.tell(this.kind.standingOf(work));
    if (work.state.phase.name === 'waiting') this.askForLease();
  }

  private tell(messages: readonly WorkMessage[]): void {
    for (const message of messages) this.ports.outbox.add(message);
  }

  private numberOf(work: W): number {
    return this.kind.numberOf(this.kind.orderOf(work));
  }

  private superseded(message: string): Failure {
    return failure(this.kind.words.superseded, message, { retryable: false });
  }

  private stoppedBefore(order: Stop): Failure {
    return this.superseded(`the order to stop ${this.kind.idOf(order)} came before the order for it: ${order.reason}`);
  }
}
