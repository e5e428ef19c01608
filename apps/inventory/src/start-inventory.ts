import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { serviceTopology } from '#contracts';
import { AmqpStrategy, Broker, requireTopology } from '#messaging';
import { jsonLogger, type RunningService } from '#service';
import { OutboxSender, openEmbedded, type OutgoingMessage } from '#storage';
import { AccessStore } from './access/access-store.js';
import { ACCESS_MIGRATIONS, type AccessTables } from './access/access.tables.js';
import { Collection } from './application/collection.js';
import { InventoryService } from './application/inventory-service.js';
import type { Timers } from './application/ports.js';
import { Background } from './background.js';
import type { InventoryConfig } from './config.js';
import { Inventory } from './domain/inventory.js';
import { InventoryModule } from './inventory.module.js';
import { CONSUMED_QUEUES } from './messaging/consumed-queues.js';
import { FactMessages } from './messaging/fact-messages.js';
import { BrokerStateOrders } from './messaging/state-orders.js';
import { EmbeddedInventoryStore } from './storage/embedded-inventory-store.js';
import { INVENTORY_MIGRATIONS, type InventoryTables } from './storage/inventory.tables.js';

const systemClock = { nowMs: () => Date.now() };
const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Puts the parts together and starts to consume. */
export async function startInventory(config: InventoryConfig): Promise<RunningService> {
  const log = new Logger('inventory');
  await requireTopology(config.broker.amqpUrl(), serviceTopology());
  await mkdir(config.dataDir, { recursive: true });
  const storage = await openEmbedded<InventoryTables & AccessTables>({
    file: join(config.dataDir, 'inventory.db'),
    migrations: [...INVENTORY_MIGRATIONS, ...ACCESS_MIGRATIONS],
  });
  const broker = Broker.open({ url: config.broker.amqpUrl(), service: 'inventory', instance: hostname() });
  try {
    const onUnroutable = async (message: OutgoingMessage): Promise<void> => {
      log.warn({
        event: 'fact.unroutable',
        message: `nobody is bound to take ${message.envelope.type}`,
        routingKey: message.routingKey,
      });
    };
    const outbox = new OutboxSender(storage, broker.publisher, { onUnroutable, log });
    const store = new EmbeddedInventoryStore(storage, new FactMessages(broker.source), () => outbox.wake());
    const collection = new Collection(new BrokerStateOrders(broker.publisher), systemClock, systemTimers, log);
    const service = await InventoryService.open(new Inventory(config), store, collection, systemClock, log);
    const access = new AccessStore(storage);
    const background = new Background(service, access, outbox, storage, config);
    const strategy = new AmqpStrategy(broker, {
      queues: CONSUMED_QUEUES,
      parkAs: 'inventory',
      verifySender: config.broker.verifySender,
    });
    const app = await NestFactory.createMicroservice(InventoryModule.from(broker, service, access, background), {
      strategy,
      logger: jsonLogger('inventory'),
      abortOnError: false,
    });
    await app.listen();
    log.log({ event: 'service.ready', message: 'the inventory consumes its queues' });
    return {
      close: async () => {
        await strategy.close();
        await background.stop();
        await app.close();
      },
    };
  } catch (error) {
    await broker.close();
    await storage.close();
    throw error;
  }
}
