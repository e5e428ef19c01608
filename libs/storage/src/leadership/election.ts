import { messageOf } from '../errors.js';
import type { StorageLog } from '../ports.js';
import type { Storage, StorageTables } from '../tables.js';
import { leadEmbedded } from './embedded-leadership.js';
import { LeaderSession } from './leader-session.js';
import type { Leadership } from './leadership.js';
import { tryToLead } from './postgres-leadership.js';

const TRY_EVERY_MS = 500;

export interface ElectionOptions<Tables extends StorageTables> {
  readonly storage: Storage<Tables>;
  /** As given to `openDatabase`. */
  readonly url?: string;
  readonly schema: string;
  /** Names this process for people. */
  readonly holder: string;
  readonly log?: StorageLog;
}

/** Chooses the one process that acts among those that have the same database open. */
export class Election<Tables extends StorageTables> {
  private readonly session: LeaderSession | undefined;
  private wakeUp: () => void = () => undefined;
  private isOver = false;

  constructor(private readonly options: ElectionOptions<Tables>) {
    const { url, schema } = options;
    this.session = url === undefined ? undefined : new LeaderSession(url, schema);
  }

  /** Undefined while another process leads. */
  tryOnce(): Promise<Leadership | undefined> {
    const { storage, holder, log } = this.options;
    return this.session ? tryToLead(this.session, holder, log) : leadEmbedded(storage, holder);
  }

  /** Stands by until this process leads; undefined when it was ended before. A database out of reach is tried again and again. */
  async wait(): Promise<Leadership | undefined> {
    while (!this.isOver) {
      try {
        const leadership = await this.tryOnce();
        if (leadership) return leadership;
      } catch (error) {
        this.options.log?.warn({ event: 'leadership.not-tried', message: messageOf(error) });
      }
      await this.pause();
    }
    return undefined;
  }

  stopWaiting(): void {
    this.isOver = true;
    this.wakeUp();
  }

  /** Ends the standing by, and the connection for it. */
  async end(): Promise<void> {
    this.stopWaiting();
    await this.session?.close();
  }

  private pause(): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, TRY_EVERY_MS);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
