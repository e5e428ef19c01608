import { Logger } from '@nestjs/common';
import { OutboxSender, prune, type Storage } from '#storage';
import { AccessStore } from './access/access-store.js';
import { InventoryService } from './application/inventory-service.js';
import type { InventoryDatabase } from './storage/embedded-inventory-store.js';

const PRUNE_EVERY_MS = 60 * 1_000;

export interface BackgroundOptions {
  readonly tickMs: number;
  readonly rememberMs: number;
  readonly auditRetentionMs: number;
}

/** What goes on without being asked: looking for silence, sending facts, forgetting what is old. */
export class Background {
  private readonly logger = new Logger('inventory');
  private readonly timers: NodeJS.Timeout[] = [];
  private isTicking = false;

  constructor(
    private readonly inventory: InventoryService,
    private readonly access: AccessStore,
    private readonly outbox: OutboxSender<InventoryDatabase>,
    private readonly storage: Storage<InventoryDatabase>,
    private readonly options: BackgroundOptions,
  ) {}

  start(): void {
    this.outbox.start();
    this.timers.push(setInterval(() => void this.tick(), this.options.tickMs));
    this.timers.push(setInterval(() => void this.prune(), PRUNE_EVERY_MS));
  }

  /** Comes after the last message was consumed and before the broker is closed. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.inventory.close();
    await this.outbox.stop();
    await this.storage.close();
  }

  /** A tick that takes longer than the time between two is not overtaken. */
  private async tick(): Promise<void> {
    if (this.isTicking) return;
    this.isTicking = true;
    try {
      await this.inventory.tick();
    } catch (error) {
      this.warn('tick.failed', 'the look for silent members failed and is made again', error);
    } finally {
      this.isTicking = false;
    }
  }

  private async prune(): Promise<void> {
    try {
      await prune(this.storage, new Date(Date.now() - this.options.rememberMs).toISOString());
      await this.access.forget(new Date(Date.now() - this.options.auditRetentionMs).toISOString());
    } catch (error) {
      this.warn('prune.failed', 'old messages could not be forgotten; it is tried again', error);
    }
  }

  private warn(event: string, what: string, error: unknown): void {
    this.logger.warn({ event, message: `${what}: ${error instanceof Error ? error.message : String(error)}` });
  }
}
