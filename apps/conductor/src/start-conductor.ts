import { Queues, serviceTopology } from '#contracts';
import { AmqpStrategy, Broker, requireTopology } from '#messaging';
import { jsonLogger, type RunningService } from '#service';
import { openEmbedded } from '#storage';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CONDUCTOR_MIGRATIONS, type ConductorTables } from './adapters/store/migrations.js';
import { ConductorModule } from './conductor.module.js';
import { ConductorRuntime } from './conductor.runtime.js';
import type { ConductorConfig } from './config.js';

/** One message at a time from each: the conductor's state has one writer anyway. */
const QUEUES = [
  { name: Queues.conductorInbox, prefetch: 50 },
  { name: Queues.conductorHeartbeats, prefetch: 50 },
  { name: Queues.conductorQueries, prefetch: 20 },
] as const;

/** Puts the parts together, rebuilds the state, and only then starts to consume. */
export async function startConductor(config: ConductorConfig): Promise<RunningService> {
  const url = config.broker.amqpUrl();
  await requireTopology(url, serviceTopology());
  await mkdir(config.dataDir, { recursive: true });
  const storage = await openEmbedded<ConductorTables>({
    file: join(config.dataDir, 'conductor.db'),
    migrations: CONDUCTOR_MIGRATIONS,
  });
  const broker = Broker.open({ url, service: 'conductor', instance: randomUUID().slice(0, 8) });
  const runtime = new ConductorRuntime({ config, broker, storage });
  const strategy = new AmqpStrategy(broker, {
    queues: QUEUES,
    parkAs: 'conductor',
    verifySender: config.broker.verifySender,
  });
  try {
    const app = await NestFactory.createMicroservice(ConductorModule.for(runtime, broker), {
      strategy,
      logger: jsonLogger('conductor'),
      abortOnError: false,
    });
    await runtime.start();
    await app.listen();
    new Logger('conductor').log({ event: 'service.ready', message: 'the conductor takes requests' });
    return {
      close: async () => {
        await strategy.close();
        await runtime.stop();
        await app.close();
        await storage.close();
      },
    };
  } catch (error) {
    await runtime.stop();
    await broker.close();
    await storage.close();
    throw error;
  }
}
