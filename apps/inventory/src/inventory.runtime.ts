import { Logger } from '@nestjs/common';
import type { Broker, OutgoingMessage } from '#messaging';
import { OutboxSender, fenced, pruneAll, type Leadership, type Storage } from '#storage';
import { AccessStore } from './access/access-store.js';
import { Collection } from './application/collection.js';
import { InventoryService } from './application/inventory-service.js';
import type { Timers } from './application/ports.js';
import { CatalogueService, type ListingFigures } from './catalogue/catalogue-service.js';
import { KnownNames } from './catalogue/known-names.js';
import { SqlCatalogueStore, type CatalogueDatabase } from './catalogue/sql-catalogue-store.js';
import type { InventoryConfig } from './config.js';
import { Inventory } from './domain/inventory.js';
import type { InventoryFigures } from './domain/inventory-figures.js';
import { FactMessages } from './messaging/fact-messages.js';
import { BrokerListOrders } from './messaging/list-orders.js';
import { BrokerStateOrders } from './messaging/state-orders.js';
import type { ActingInventory } from './monitoring/inventory.metrics.js';
import { SqlInventoryStore, type InventoryDatabase } from './storage/sql-inventory-store.js';

const PRUNE_EVERY_MS = 60 * 1_000;

const systemClock = { nowMs: () => Date.now() };
const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface InventoryParts {
  readonly config: InventoryConfig;
  readonly broker: Broker;
  readonly storage: Storage<InventoryDatabase & CatalogueDatabase>;
  /** Everything that is stored or sent here is under it. */
  readonly leadership: Leadership;
}

/** The leading inventory's process without Nest: who knows whom, and what goes on without being asked. */
export class InventoryRuntime implements ActingInventory {
  private readonly timers: NodeJS.Timeout[] = [];
  private isTicking = false;

  private constructor(
    readonly service: InventoryService,
    readonly catalogue: CatalogueService,
    readonly access: AccessStore,
    private readonly outbox: OutboxSender<InventoryDatabase>,
    private readonly storage: Storage<InventoryDatabase>,
    private readonly parts: InventoryParts,
    private readonly log: Logger,
  ) {}

  static async open(parts: InventoryParts): Promise<InventoryRuntime> {
    const { config, broker, leadership } = parts;
    const log = new Logger('inventory');
    const storage = fenced(parts.storage, leadership.epoch);
    const onUnroutable = async ({ envelope, routingKey }: OutgoingMessage): Promise<void> => {
      log.warn({ event: 'fact.unroutable', message: `nobody is bound to take ${envelope.type}`, routingKey });
    };
    const maySend = (): boolean => leadership.mayAct();
    const outbox = new OutboxSender(storage, broker.publisher, { onUnroutable, maySend, log });
    const store = new SqlInventoryStore(storage, new FactMessages(broker.source), () => outbox.wake());
    const collection = new Collection(new BrokerStateOrders(broker.publisher), systemClock, systemTimers, log);
    const service = await InventoryService.open(new Inventory(config), store, collection, systemClock, log);
    const catalogue = await openCatalogue(storage, broker, service, log);
    return new InventoryRuntime(service, catalogue, new AccessStore(storage), outbox, storage, parts, log);
  }

  start(): void {
    this.outbox.start();
    this.timers.push(setInterval(() => void this.tick(), this.parts.config.tickMs));
    this.timers.push(setInterval(() => void this.prune(), PRUNE_EVERY_MS));
  }

  /** Comes after the last message was consumed. Broker and storage stay open: they are their opener's to close. */
  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.service.close();
    await this.catalogue.close();
    await this.outbox.stop();
  }

  picture(): InventoryFigures {
    return this.service.figures();
  }

  listings(): readonly ListingFigures[] {
    return this.catalogue.listings();
  }

  moves(): ReadonlyMap<string, number> {
    return this.service.moves();
  }

  changingForMs(): number | null {
    return this.service.changingForMs();
  }

  /** A tick that takes longer than the time between two is not overtaken. Nobody is called silent while another inventory may lead. */
  private async tick(): Promise<void> {
    if (this.isTicking || !this.parts.leadership.mayAct()) return;
    this.isTicking = true;
    try {
      await this.service.tick();
      await this.catalogue.tick();
    } catch (error) {
      this.warn('tick.failed', 'the look for silent members and lost listings failed and is made again', error);
    } finally {
      this.isTicking = false;
    }
  }

  private async prune(): Promise<void> {
    try {
      await pruneAll(this.storage, new Date(Date.now() - this.parts.config.rememberMs).toISOString());
      await this.access.forget(new Date(Date.now() - this.parts.config.auditRetentionMs).toISOString());
    } catch (error) {
      this.warn('prune.failed', 'old messages could not be forgotten; it is tried again', error);
    }
  }

  private warn(event: string, what: string, error: unknown): void {
    this.log.warn({ event, message: `${what}: ${error instanceof Error ? error.message : String(error)}` });
  }
}

function openCatalogue(
  storage: Storage<CatalogueDatabase>,
  broker: Broker,
  inventory: InventoryService,
  log: Logger,
): Promise<CatalogueService> {
  const orders = new BrokerListOrders(broker.publisher);
  const collection = new Collection(orders, systemClock, systemTimers, log, 'the catalogue of backups was asked for');
  const names = new KnownNames(() => inventory.databases());
  return CatalogueService.open(new SqlCatalogueStore(storage), collection, orders, systemClock, log, {
    guidOf: (databaseName) => names.guidOf(databaseName),
    version: () => inventory.databases(),
    agents: () => inventory.agents(),
  });
}
