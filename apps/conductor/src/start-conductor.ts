import { Queues, serviceTopology } from '#contracts';
import { AmqpStrategy, Broker, requireTopology } from '#messaging';
import { Monitor, Role, databaseUrl, jsonLogger, type RunningService } from '#service';
import { Election, actOrStandBy, isStorageUnavailable, openDatabase, outboxBacklog, type Acting } from '#storage';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CONDUCTOR_MIGRATIONS, type ConductorTables } from './adapters/store/migrations.js';
import { ConductorModule } from './conductor.module.js';
import { ConductorRuntime, type ConductorParts } from './conductor.runtime.js';
import { checkConfig, type ConductorConfig } from './config.js';
import { conductorChecks, conductorMetrics, type ActingConductor } from './monitoring/conductor.metrics.js';
import { ConductorCounts } from './monitoring/counts.js';

const SCHEMA = 'conductor';

/** One message at a time from each: the conductor's state has one writer anyway. */
const QUEUES = [
  { name: Queues.conductorInbox, prefetch: 50 },
  { name: Queues.conductorHeartbeats, prefetch: 50 },
  { name: Queues.conductorQueries, prefetch: 20 },
] as const;

/** Opens what every conductor has open; who leads acts at once, the others stand by until it is their turn. */
export async function startConductor(config: ConductorConfig): Promise<RunningService> {
  checkConfig(config);
  const log = new Logger('conductor');
  const amqpUrl = config.broker.amqpUrl();
  const url = databaseUrl(config);
  await requireTopology(amqpUrl, serviceTopology());
  await mkdir(config.dataDir, { recursive: true });
  const storage = await openDatabase<ConductorTables>({
    ...(url === undefined ? {} : { url }),
    file: join(config.dataDir, 'conductor.db'),
    schema: SCHEMA,
    migrations: CONDUCTOR_MIGRATIONS,
    log,
  });
  const broker = Broker.open({ url: amqpUrl, service: 'conductor', instance: randomUUID().slice(0, 8) });
  const holder = `${hostname()} ${process.pid}`;
  const election = new Election({ storage, schema: SCHEMA, holder, log, ...(url === undefined ? {} : { url }) });
  const counts = new ConductorCounts(() => performance.now());
  const role = new Role();
  let acting: ActingConductor | undefined;
  const watched = {
    broker,
    storage: { role, backlog: () => outboxBacklog(storage) },
    counts,
    acting: () => acting,
  };
  const monitor = await Monitor.open({
    service: 'conductor',
    config: config.monitoring,
    checks: conductorChecks(watched),
    define: (metrics) => conductorMetrics(metrics, watched),
    log,
  });
  const closeAll = async (): Promise<void> => {
    await election.end();
    await broker.close();
    await storage.close();
    await monitor.close();
  };
  return actOrStandBy({
    service: 'conductor',
    election,
    begin: (leadership) => {
      role.leads(leadership);
      const runtime = new ConductorRuntime({ config, broker, storage, leadership, watch: counts });
      acting = runtime;
      return act(runtime, { config, broker, leadership });
    },
    closeAll,
    log,
  });
}

/** Rebuilds the state, and only then starts to consume. */
async function act(
  runtime: ConductorRuntime,
  { config, broker, leadership }: Pick<ConductorParts, 'config' | 'broker' | 'leadership'>,
): Promise<Acting> {
  const strategy = new AmqpStrategy(broker, {
    queues: QUEUES,
    parkAs: 'conductor',
    verifySender: config.broker.verifySender,
    isOutage: isStorageUnavailable,
  });
  try {
    const app = await NestFactory.createMicroservice(ConductorModule.for(runtime, broker), {
      strategy,
      logger: jsonLogger('conductor'),
      abortOnError: false,
    });
    await runtime.start();
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
