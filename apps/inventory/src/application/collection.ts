import { displayName } from '#contracts';
import type { Clock, ServiceLog, StateOrders, Timers } from './ports.js';

/** An order not answered for this long may have been lost with its agent, and is given again. */
const ORDER_AGAIN_AFTER_MS = 30_000;
/** Questions waiting for agents at once; each holds a timer and a set of members. */
const WAITING_MAX = 1_000;

interface Waiting {
  readonly unanswered: Set<string>;
  /** Nobody takes their orders: not waited for, and missing. */
  readonly unreachable: Set<string>;
  end(): void;
}

/**
 * Gets fresh reports from agents for those who ask. Everybody who asks at the same time shares one order to each agent: a
 * look at Exchange is slow, and a second one would say the same.
 */
export class Collection {
  private readonly orderedAtMs = new Map<string, number>();
  private readonly waiting = new Set<Waiting>();

  constructor(
    private readonly orders: StateOrders,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly log: ServiceLog,
    private readonly reason = 'a snapshot of the inventory was asked for',
  ) {}

  /** Resolves when all have reported, or cannot, or the wait is over: with those who have not. */
  async collect(memberIds: readonly string[], waitMs: number): Promise<readonly string[]> {
    if (memberIds.length === 0) return [];
    if (this.waiting.size >= WAITING_MAX) {
      this.log.warn({
        event: 'collection.full',
        message: `${WAITING_MAX} questions wait for agents already; this one is answered at once`,
      });
      return memberIds;
    }
    const missing = await new Promise<readonly string[]>((resolve) => {
      const cancelTimer = this.timers.after(waitMs, () => waiting.end());
      const waiting: Waiting = {
        unanswered: new Set(memberIds),
        unreachable: new Set(),
        end: () => {
          cancelTimer();
          this.waiting.delete(waiting);
          resolve([...waiting.unanswered, ...waiting.unreachable]);
        },
      };
      // Listening before ordering: a quick answer must not be missed.
      this.waiting.add(waiting);
      for (const memberId of memberIds) void this.order(memberId);
    });
    return missing.toSorted();
  }

  /** A member's report has come in. */
  reported(memberId: string): void {
    this.orderedAtMs.delete(memberId);
    for (const waiting of this.waiting) settle(waiting, memberId);
  }

  private async order(memberId: string): Promise<void> {
    const nowMs = this.clock.nowMs();
    const orderedAtMs = this.orderedAtMs.get(memberId);
    if (orderedAtMs !== undefined && Math.abs(nowMs - orderedAtMs) < ORDER_AGAIN_AFTER_MS) return;
    this.orderedAtMs.set(memberId, nowMs);
    try {
      if ((await this.orders.order(memberId, this.reason)) === 'routed') return;
      this.log.warn({
        event: 'collection.no-agent',
        message: `${displayName(memberId)} was not asked to report: no agent takes its orders`,
        member: memberId,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn({
        event: 'collection.order-failed',
        message: `${displayName(memberId)} was not asked to report: ${reason}`,
        member: memberId,
      });
    }
    this.orderedAtMs.delete(memberId);
    for (const waiting of this.waiting) {
      if (waiting.unanswered.has(memberId)) waiting.unreachable.add(memberId);
      settle(waiting, memberId);
    }
  }
}

function settle(waiting: Waiting, memberId: string): void {
  if (waiting.unanswered.delete(memberId) && waiting.unanswered.size === 0) waiting.end();
}
