import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { serviceTopology } from '#contracts';
import { AmqpStrategy, Broker, requireTopology } from '#messaging';
import { Monitor, Role, databaseUrl, jsonLogger, type RunningService } from '#service';
import { Election, actOrStandBy, isStorageUnavailable, openDatabase, outboxBacklog, type Acting } from '#storage';
import { ACCESS_MIGRATIONS, type AccessTables } from './access/access.tables.js';
import type { CatalogueTables } from './catalogue/catalogue.tables.js';
import { checkConfig, type InventoryConfig } from './config.js';
import { InventoryModule } from './inventory.module.js';
import { InventoryRuntime, type InventoryParts } from './inventory.runtime.js';
import { CONSUMED_QUEUES } from './messaging/consumed-queues.js';
import { inventoryChecks, inventoryMetrics, type ActingInventory } from './monitoring/inventory.metrics.js';
import { INVENTORY_MIGRATIONS, type InventoryTables } from './storage/inventory.tables.js';

const SCHEMA = 'inventory';

/** Opens what every inventory has open; who leads acts at once, the others stand by until it is their turn. */
export async function startInventory(config: InventoryConfig): Promise<RunningService> {
  checkConfig(config);
  const log = new Logger('inventory');
  const amqpUrl = config.broker.amqpUrl();
  const url = databaseUrl(config);
  await requireTopology(amqpUrl, serviceTopology());
  await mkdir(config.dataDir, { recursive: true });
  const storage = await openDatabase<InventoryTables & CatalogueTables & AccessTables>({
    ...(url === undefined ? {} : { url }),
    file: join(config.dataDir, 'inventory.db'),
    schema: SCHEMA,
    migrations: [...INVENTORY_MIGRATIONS, ...ACCESS_MIGRATIONS],
    log,
  });
  const broker = Broker.open({ url: amqpUrl, service: 'inventory', instance: hostname() });
  const holder = `${hostname()} ${process.pid}`;
  const election = new Election({ storage, schema: SCHEMA, holder, log, ...(url === undefined ? {} : { url }) });
  const role = new Role();
  let acting: ActingInventory | undefined;
  const watched = { broker, storage: { role, backlog: () => outboxBacklog(storage) }, acting: () => acting };
  const monitor = await Monitor.open({
    service: 'inventory',
    config: config.monitoring,
    checks: inventoryChecks(watched),
    define: (metrics) => inventoryMetrics(metrics, watched),
    log,
  });
  return actOrStandBy({
    service: 'inventory',
    election,
    begin: async (leadership) => {
      role.leads(leadership);
      const runtime = await opened({ config, broker, storage, leadership });
      acting = runtime;
      return act(runtime, { config, broker, leadership });
    },
    closeAll: async () => {
      await election.end();
      await broker.close();
      await storage.close();
      await monitor.close();
    },
    log,
  });
}

/** Takes the state from the store. */
function opened(parts: InventoryParts): Promise<InventoryRuntime> {
  return InventoryRuntime.open(parts).catch(async (error: unknown) => {
    await parts.leadership.release();
    throw error;
  });
}

/** Starts to consume. */
async function act(
  runtime: InventoryRuntime,
  { config, broker, leadership }: Pick<InventoryParts, 'config' | 'broker' | 'leadership'>,
): Promise<Acting> {
  const strategy = new AmqpStrategy(broker, {
    queues: CONSUMED_QUEUES,
    parkAs: 'inventory',
    verifySender: config.broker.verifySender,
    isOutage: isStorageUnavailable,
  });
  try {
    const app = await NestFactory.createMicroservice(InventoryModule.from(broker, runtime), {
      strategy,
      logger: jsonLogger('inventory'),
      abortOnError: false,
    });
    runtime.start();
    await app.listen();
    return {
      close: async () => {
        await strategy.close();
        await runtime.stop();
        await leadership.release();
        await app.close();
      },
    };
  } catch (error) {
    await runtime.stop();
    await leadership.release();
    throw error;
  }
}
