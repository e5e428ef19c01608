import {
  FailureError,
  displayName,
  failure,
  type AttemptEnd,
  type BackupList,
  type BackupListing,
  type BackupSourceView,
  type BackupView,
  type BackupsQuery,
} from '#contracts';
import type { Collection } from '../application/collection.js';
import type { Clock, ServiceLog, StateOrders } from '../application/ports.js';
import { Serial } from '../application/serial.js';
import { acceptEnd, acceptListing, incompleteMembers } from './accept.js';
import type { CatalogueStore } from './sql-catalogue-store.js';
import { pageOf } from './page.js';
import type { CatalogueState } from './state.js';
import { catalogueViews, type GuidOf } from './views.js';

const DEFAULT_WAIT_MS = 10_000;
/** A listing that was lost in part is asked for again, but not while its other parts may still be coming. */
const ASK_AGAIN_AFTER_MS = 60_000;

/** What the catalogue needs of the inventory around it. */
export interface Known {
  readonly guidOf: GuidOf;
  /** Changes whenever {@link guidOf} may answer differently. */
  readonly version: () => unknown;
  /** Members with an agent. */
  readonly agents: () => readonly string[];
}

/** One member's last whole listing, in numbers. */
export interface ListingFigures {
  readonly member: string;
  readonly backups: number;
  /** Null: none has come whole. */
  readonly ageMs: number | null;
}

/** The catalogue at work: takes listings and finished attempts one after another, and answers from memory. */
export class CatalogueService {
  private readonly serial = new Serial();
  private readonly askedAtMs = new Map<string, number>();
  private built: {
    readonly of: CatalogueState;
    readonly version: unknown;
    readonly views: readonly BackupView[];
  } | null = null;

  private constructor(
    private readonly store: CatalogueStore,
    private readonly collection: Collection,
    private readonly orders: StateOrders,
    private readonly clock: Clock,
    private readonly log: ServiceLog,
    private readonly known: Known,
    private state: CatalogueState,
  ) {}

  static async open(
    store: CatalogueStore,
    collection: Collection,
    orders: StateOrders,
    clock: Clock,
    log: ServiceLog,
    known: Known,
  ): Promise<CatalogueService> {
    return new CatalogueService(store, collection, orders, clock, log, known, await store.load());
  }

  async report(listing: BackupListing, messageId: string): Promise<void> {
    await this.apply((state, nowMs) => acceptListing(state, listing, nowMs), messageId);
    const isIncomplete = incompleteMembers(this.state).includes(listing.memberId);
    if (listing.failed || !isIncomplete) this.collection.reported(listing.memberId);
  }

  ended(end: AttemptEnd, messageId: string): Promise<void> {
    if (!end.made) return Promise.resolve();
    return this.apply((state, nowMs) => acceptEnd(state, end, nowMs), messageId);
  }

  async backups(query: BackupsQuery): Promise<BackupList> {
    if (query.maxAgeMs !== undefined)
      await this.collection.collect(this.outdated(query.maxAgeMs), query.waitMs ?? DEFAULT_WAIT_MS);
    const page = pageOf(this.views(), query);
    if (!page) {
      const message = `"${query.after ?? ''}" is not the "next" of an answer; ask for the first page, without "after"`;
      throw new FailureError(failure('request.bad-cursor', message, { retryable: false }));
    }
    return { ...page, sources: this.sources() };
  }

  /** Asks those for their listing whose last one did not arrive whole, or who never sent one. */
  async tick(): Promise<void> {
    const nowMs = this.clock.nowMs();
    const silent = this.known.agents().filter((memberId) => !this.state.sources.has(memberId));
    for (const memberId of [...incompleteMembers(this.state), ...silent]) {
      const askedAtMs = this.askedAtMs.get(memberId);
      if (askedAtMs === undefined || nowMs - askedAtMs >= ASK_AGAIN_AFTER_MS) await this.ask(memberId, nowMs);
    }
  }

  listings(): readonly ListingFigures[] {
    return this.sources().map(({ member, backups, listingAgeMs }) => ({ member, backups, ageMs: listingAgeMs }));
  }

  /** Waits for what is in hand. */
  close(): Promise<void> {
    return this.serial.idle();
  }

  private async ask(memberId: string, nowMs: number): Promise<void> {
    const isFirst = !this.askedAtMs.has(memberId);
    this.askedAtMs.set(memberId, nowMs);
    // The first time, what is missing is most likely on its way.
    if (isFirst) return;
    try {
      await this.orders.order(memberId, 'its list of backups is not here, or not whole');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn({
        event: 'catalogue.order-failed',
        message: `${displayName(memberId)} was not asked: ${reason}`,
        member: memberId,
      });
    }
  }

  private outdated(maxAgeMs: number): readonly string[] {
    const nowMs = this.clock.nowMs();
    const members = new Set([...this.state.sources.keys(), ...this.known.agents()]);
    return [...members].filter((memberId) => {
      const confirmedAtMs = this.state.sources.get(memberId)?.listing?.confirmedAtMs;
      return confirmedAtMs === undefined || Math.abs(nowMs - confirmedAtMs) > maxAgeMs;
    });
  }

  private views(): readonly BackupView[] {
    const version = this.known.version();
    if (this.built?.of !== this.state || this.built.version !== version)
      this.built = { of: this.state, version, views: catalogueViews(this.state, this.known.guidOf) };
    return this.built.views;
  }

  private sources(): readonly BackupSourceView[] {
    const nowMs = this.clock.nowMs();
    return [...this.state.sources.values()]
      .map(({ memberId, listing, problem }) => ({
        member: memberId,
        listingAgeMs: listing === null ? null : Math.max(0, nowMs - listing.confirmedAtMs),
        backups: listing?.backups.size ?? 0,
        problem,
      }))
      .toSorted((a, b) => (a.member < b.member ? -1 : 1));
  }

  private apply(rule: (state: CatalogueState, nowMs: number) => CatalogueState, messageId: string): Promise<void> {
    return this.serial.run(async () => {
      const nowMs = this.clock.nowMs();
      const before = this.state;
      const after = rule(before, nowMs);
      if (after === before) return;
      if ((await this.store.commit({ before, after, messageId, nowMs })) === 'committed') this.state = after;
    });
  }
}
