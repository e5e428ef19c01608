import type { LeaseReply, LiveAttempt } from '#contracts';
import type { StopOrder, Work, WorkKind, WorkOrder } from './work-kind.js';

/** All work of one kind that this agent has in hand, or had lately. */
export class Works<Order extends WorkOrder & Ref, Stop extends StopOrder & Ref, Ref, W extends Work> {
  private readonly byId = new Map<string, W>();

  constructor(private readonly kind: WorkKind<Order, Stop, Ref, W>) {}

  get(ref: Ref): W | undefined {
    return this.byId.get(this.kind.idOf(ref));
  }

  add(work: W): void {
    this.byId.set(this.kind.idOf(this.kind.orderOf(work)), work);
  }

  all(): readonly W[] {
    return [...this.byId.values()];
  }

  live(): readonly LiveAttempt[] {
    return this.all()
      .flatMap((work) => work.live() ?? [])
      .slice(0, this.kind.liveMax);
  }

  /** Other work of the same task of which only one may be in hand. */
  rivalsOf(order: Order): readonly W[] {
    const { kind } = this;
    return this.all().filter((work) => {
      const other = kind.orderOf(work);
      const isSameTask = other.runId === order.runId && other.taskId === order.taskId;
      return isSameTask && kind.idOf(other) !== kind.idOf(order) && kind.excludeEachOther(order, other);
    });
  }

  applyReply(reply: LeaseReply, sentAtMs: number): void {
    for (const { attemptId: id, verdict } of reply.grants) {
      const work = this.byId.get(id);
      if (!work) continue;
      if (verdict === 'stale') work.post({ kind: 'stale' });
      else if (!this.mustWait(work))
        work.post({ kind: 'granted', leaseUntilMs: sentAtMs + this.kind.orderOf(work).leaseMs });
    }
  }

  /** Forgets what ended before the moment given. */
  forget(endedBeforeMs: number): void {
    for (const [id, { isDone, endedAt }] of this.byId)
      if (isDone && endedAt !== null && Date.parse(endedAt) < endedBeforeMs) this.byId.delete(id);
  }

  private mustWait(work: W): boolean {
    if (work.state.phase.name !== 'waiting') return false;
    const order = this.kind.orderOf(work);
    return this.all().some(
      (other) => other !== work && other.isBusy && this.kind.waitsFor(order, this.kind.orderOf(other)),
    );
  }
}
