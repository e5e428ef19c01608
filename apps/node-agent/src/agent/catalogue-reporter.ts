import { digestOf, partsOf, withoutParts, type ListingRef } from '../domain/listing.js';
import type { BackupClient } from '../ports/backup-client.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Results } from '../ports/results.js';
import { errorText } from './error-text.js';

/** After a backup: several that end together make one listing, and the storage server has had time to show them. */
const SOON_MS = 5_000;
const PROBLEM_MAX_LENGTH = 4_000;

export interface CatalogueReporterOptions {
  readonly memberId: string;
  readonly agentInstanceId: string;
  readonly catalogueMs: number;
}

export interface CatalogueReporterPorts {
  readonly clock: Clock;
  readonly client: BackupClient;
  readonly results: Results;
  readonly log: Log;
}

/** Tells the inventory which backups this member's client knows of: regularly, soon after one was made here, and when asked. */
export class CatalogueReporter {
  private sequence = 0;
  /** Of the listing that the broker has for certain; null: none yet. */
  private toldDigest: string | null = null;
  private running = false;
  private isAgainWanted = false;
  private isAllWanted = false;
  private regular: Timer | null = null;
  private soonTimer: Timer | null = null;
  private isClosed = false;

  constructor(
    private readonly options: CatalogueReporterOptions,
    private readonly ports: CatalogueReporterPorts,
  ) {}

  start(): void {
    this.regular = this.ports.clock.setTimer(this.options.catalogueMs, () => this.start());
    void this.list();
  }

  /** Somebody lost the listing, or wants a fresh one: all of it is told, also when it is the same. */
  reportAll(): void {
    this.isAllWanted = true;
    void this.list();
  }

  /** A backup was made or deleted here. */
  soon(): void {
    if (this.soonTimer !== null || this.isClosed) return;
    this.soonTimer = this.ports.clock.setTimer(SOON_MS, () => {
      this.soonTimer = null;
      void this.list();
    });
  }

  close(): void {
    this.isClosed = true;
    this.regular?.cancel();
    this.soonTimer?.cancel();
  }

  private async list(): Promise<void> {
    if (this.isClosed) return;
    if (this.running) {
      this.isAgainWanted = true;
      return;
    }
    this.running = true;
    do {
      this.isAgainWanted = false;
      await this.listOnce();
    } while (this.isAgainWanted && !this.isClosed);
    this.running = false;
  }

  private async listOnce(): Promise<void> {
    const { client, log, results } = this.ports;
    const isAll = this.isAllWanted;
    this.isAllWanted = false;
    const listing = await client.list();
    if (this.isClosed) return;
    const { memberId, agentInstanceId } = this.options;
    const ref: ListingRef = { memberId, agentInstanceId, sequence: this.sequence++ };
    const problem = listing.problem?.slice(0, PROBLEM_MAX_LENGTH) ?? null;
    try {
      if (listing.kind === 'failed') {
        log.warn('backups.unlisted', { reason: listing.problem });
        await results.backups(withoutParts(ref, this.toldDigest ?? '', true, problem));
        return;
      }
      const digest = digestOf(listing.backups);
      if (digest === this.toldDigest && !isAll) {
        await results.backups(withoutParts(ref, digest, false, problem));
        return;
      }
      this.toldDigest = null;
      for (const part of partsOf(ref, digest, listing.backups, problem)) await results.backups(part);
      this.toldDigest = digest;
      log.info('backups.listed', { backups: listing.backups.length });
    } catch (thrown) {
      // What the inventory lacks shows by the digest of the next listing.
      log.warn('backups.unreported', { reason: errorText(thrown) });
    }
  }
}
