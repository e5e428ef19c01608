import type { ConductorState } from './conductor.state.js';
import type { Settings } from './settings.js';

type LeaseSettings = Pick<Settings, 'leaseMs' | 'leaseMarginMs' | 'dispatchTimeoutMs' | 'silentAfterMs'>;

interface Lease {
  readonly member: string;
  /** Null until the first grant: the agent has never been allowed to start, so the attempt may be withdrawn at once. */
  readonly expiresAtMs: number | null;
  readonly dispatchedAtMs: number;
  readonly bytesDone: string;
}

export interface DueLeases {
  readonly notGranted: readonly string[];
  readonly expiredByMember: ReadonlyMap<string, readonly string[]>;
}

/**
 * Who was heard when, and until when each live attempt may still be at work. Kept in memory on purpose: by the conductor's
 * own clock, and after a restart every live attempt is taken as granted just now, which can only make it wait longer.
 */
export class LeaseBook {
  private readonly leases = new Map<string, Lease>();
  private readonly heardAtMs = new Map<string, number>();

  constructor(
    private readonly settings: LeaseSettings,
    private readonly startedAtMs: number,
  ) {}

  /** After a restart or a reload: an attempt not known here may have been granted before, and one that does not live any more is forgotten. */
  adopt(state: ConductorState, nowMs: number): void {
    for (const attemptId of this.leases.keys())
      if (!state.liveByAttempt.has(attemptId) && !state.liveByStep.has(attemptId)) this.leases.delete(attemptId);
    const live = [
      ...[...state.liveByAttempt.values()].map(({ attemptId, member }) => ({ id: attemptId, member })),
      ...[...state.liveByStep.values()].map(({ stepId, member }) => ({ id: stepId, member })),
    ];
    for (const { id, member } of live) {
      if (this.leases.has(id)) continue;
      this.leases.set(id, {
        member,
        expiresAtMs: this.expiry(nowMs),
        dispatchedAtMs: nowMs,
        bytesDone: '0',
      });
    }
  }

  /** Notes a sign of life; true if the member was not alive before. */
  hear(member: string, nowMs: number): boolean {
    const returned = !this.isHeard(member, nowMs);
    this.heardAtMs.set(member, nowMs);
    return returned;
  }

  /** Alive: heard lately, or, as long as the conductor has not listened long enough to know, on the inventory's word. */
  isAlive(member: string, nowMs: number, inventorySaysAlive: boolean): boolean {
    if (this.isHeard(member, nowMs)) return true;
    const listening = nowMs - this.startedAtMs < this.settings.silentAfterMs;
    return listening && !this.heardAtMs.has(member) && inventorySaysAlive;
  }

  open(attemptId: string, member: string, nowMs: number): void {
    this.leases.set(attemptId, { member, expiresAtMs: null, dispatchedAtMs: nowMs, bytesDone: '0' });
  }

  close(attemptId: string): void {
    this.leases.delete(attemptId);
  }

  /** The agent sent its heartbeat before now, so its own reckoning of the lease ends before this one. */
  renew(attemptId: string, bytesDone: string, nowMs: number): void {
    const lease = this.leases.get(attemptId);
    if (lease) this.leases.set(attemptId, { ...lease, expiresAtMs: this.expiry(nowMs), bytesDone });
  }

  bytesDone(attemptId: string): string {
    return this.leases.get(attemptId)?.bytesDone ?? '0';
  }

  due(nowMs: number): DueLeases {
    const notGranted: string[] = [];
    const expiredByMember = new Map<string, string[]>();
    for (const [attemptId, lease] of this.leases) {
      if (lease.expiresAtMs === null) {
        if (nowMs - lease.dispatchedAtMs >= this.settings.dispatchTimeoutMs) notGranted.push(attemptId);
      } else if (nowMs >= lease.expiresAtMs) {
        expiredByMember.set(lease.member, [...(expiredByMember.get(lease.member) ?? []), attemptId]);
      }
    }
    return { notGranted, expiredByMember };
  }

  private expiry(nowMs: number): number {
    return nowMs + this.settings.leaseMs + this.settings.leaseMarginMs;
  }

  private isHeard(member: string, nowMs: number): boolean {
    const heard = this.heardAtMs.get(member);
    return heard !== undefined && nowMs - heard < this.settings.silentAfterMs;
  }
}
