import type { SimProcess } from './process.js';

/** As the product's own rules for leading in PostgreSQL have it (decision 6). */
const TRY_EVERY_MS = 500;
const RENEW_EVERY_MS = 1_000;
const LOST_LEADER_SILENT_MS = 2_000;
const STUCK_LEADER_SILENT_MS = 10_000;
const STOP_BEFORE_MS = 1_000;

/** Who leads, as the database knows it. */
export interface LeaderRow {
  epoch: number;
  renewedAtMs: number;
  /** Its connection holds the lock of its epoch as long as its process lives, frozen or not. */
  holder: { readonly alive: boolean } | null;
}

export interface SimLeadership {
  readonly epoch: number;
  mayAct(): boolean;
}

/** The election of the product over a simulated database: a lock that goes with its process, and a row that is renewed. */
export class SimElection {
  constructor(
    private readonly row: LeaderRow,
    private readonly process: SimProcess,
    /** Another leads: the process has to end. */
    private readonly onDeposed: () => void,
  ) {}

  /** Tries until this process leads. */
  start(onWon: (leadership: SimLeadership) => void): void {
    const { process } = this;
    const { life, schedule } = process;
    const turn = (): void => {
      this.tryOnce().then(
        (leadership) => (leadership ? onWon(leadership) : schedule.after(TRY_EVERY_MS, life, turn)),
        () => schedule.after(TRY_EVERY_MS, life, turn),
      );
    };
    turn();
  }

  private async tryOnce(): Promise<SimLeadership | null> {
    const { row, process } = this;
    const { schedule, life } = process;
    const begunMs = schedule.nowMs;
    const epoch = await process.call(() => {
      const silentMs = schedule.nowMs - row.renewedAtMs;
      const isFree = row.holder === null || (silentMs >= LOST_LEADER_SILENT_MS && !row.holder.alive);
      if (!isFree && silentMs < STUCK_LEADER_SILENT_MS) return null;
      row.epoch += 1;
      row.renewedAtMs = schedule.nowMs;
      row.holder = life;
      return row.epoch;
    });
    if (epoch === null) return null;
    let mayActUntilMs = begunMs + STUCK_LEADER_SILENT_MS - STOP_BEFORE_MS;
    const renew = async (): Promise<void> => {
      const sentMs = schedule.nowMs;
      const highest = await process.call(() => {
        if (row.epoch === epoch) row.renewedAtMs = schedule.nowMs;
        return row.epoch;
      });
      if (highest === epoch) mayActUntilMs = sentMs + STUCK_LEADER_SILENT_MS - STOP_BEFORE_MS;
      else this.onDeposed();
    };
    const turn = (): void => {
      schedule.after(RENEW_EVERY_MS, life, turn);
      renew().catch(() => undefined);
    };
    schedule.after(RENEW_EVERY_MS, life, turn);
    return { epoch, mayAct: () => schedule.nowMs < mayActUntilMs };
  }
}
