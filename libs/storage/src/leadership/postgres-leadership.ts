import { messageOf } from '../errors.js';
import type { StorageLog } from '../ports.js';
import { DeposedError, type Leadership } from './leadership.js';
import type { LeaderSession } from './leader-session.js';

const RENEW_EVERY_MS = 1_000;
/**
 * A leader whose connection is gone may come back within this (PostgreSQL was restarted); a killed one does not, and this is
 * most of the time that a takeover takes.
 */
const LOST_LEADER_SILENT_MS = 2_000;
/** A leader that holds its lock and says nothing (frozen, or cut off without its connection closing) is replaced after this. */
const STUCK_LEADER_SILENT_MS = 10_000;
/** A leader stops acting this long before anybody may replace it for its silence. */
const STOP_BEFORE_MS = 1_000;

/** One try to become the leader of a schema; undefined while another leads. */
export async function tryToLead(
  session: LeaderSession,
  holder: string,
  log: StorageLog | undefined,
): Promise<Leadership | undefined> {
  const last = await session.last();
  if (last && !last.ended && last.silentMs < STUCK_LEADER_SILENT_MS) {
    if (last.silentMs < LOST_LEADER_SILENT_MS || !(await session.tryLock(last.epoch))) return undefined;
  }
  const epoch = (last?.epoch ?? 0) + 1;
  const begunMs = performance.now();
  // Before the epoch can be seen, so that nobody finds it without its lock.
  if ((await session.tryLock(epoch)) && (await session.begin(epoch, holder))) {
    return new PostgresLeadership(session, epoch, begunMs, log);
  }
  // Lets go of every lock taken on the way.
  await session.close();
  return undefined;
}

class PostgresLeadership implements Leadership {
  readonly deposed: Promise<DeposedError>;
  private tellDeposed: (error: DeposedError) => void = () => undefined;
  private readonly timer: NodeJS.Timeout;
  private mayActUntilMs: number;
  private renewing: Promise<void> | undefined;
  private isOver = false;

  constructor(
    private readonly session: LeaderSession,
    readonly epoch: number,
    begunMs: number,
    private readonly log: StorageLog | undefined,
  ) {
    this.mayActUntilMs = begunMs + STUCK_LEADER_SILENT_MS - STOP_BEFORE_MS;
    this.deposed = new Promise((resolve) => {
      this.tellDeposed = resolve;
    });
    this.timer = setInterval(() => {
      this.renewing ??= this.renew().finally(() => {
        this.renewing = undefined;
      });
    }, RENEW_EVERY_MS);
  }

  mayAct(): boolean {
    return !this.isOver && performance.now() < this.mayActUntilMs;
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
    const wasLeading = !this.isOver;
    this.isOver = true;
    try {
      if (wasLeading) await this.session.finish(this.epoch);
    } catch (error) {
      this.warn('leadership.not-released', error);
    } finally {
      await this.session.close();
    }
  }

  private async renew(): Promise<void> {
    const sentMs = performance.now();
    try {
      const isNew = !this.session.isConnected;
      if (isNew) await this.session.tryLock(this.epoch);
      const highest = await this.session.renew(this.epoch);
      if (highest === undefined) {
        this.mayActUntilMs = sentMs + STUCK_LEADER_SILENT_MS - STOP_BEFORE_MS;
        return;
      }
      this.isOver = true;
      clearInterval(this.timer);
      this.tellDeposed(new DeposedError(this.epoch, highest));
    } catch (error) {
      this.warn('leadership.not-renewed', error);
    }
  }

  private warn(event: string, error: unknown): void {
    this.log?.warn({ event, epoch: this.epoch, message: messageOf(error) });
  }
}
