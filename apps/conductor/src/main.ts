import 'reflect-metadata';
import { Queues, topologyFor } from '#contracts';
import { AmqpStrategy, Broker, checkTopology } from '#messaging';
import { jsonLogger, loadConfig, runService } from '#service';
import { openEmbedded } from '#storage';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONDUCTOR_MIGRATIONS, type ConductorTables } from './adapters/store/migrations.js';
import { ConductorModule } from './conductor.module.js';
import { ConductorRuntime } from './conductor.runtime.js';
import { ConductorConfig } from './config.js';

const QUEUES = [
  { name: Queues.conductorInbox, prefetch: 50 },
  { name: Queues.conductorHeartbeats, prefetch: 50 },
  { name: Queues.conductorQueries, prefetch: 20 },
];

await runService(async () => {
  const config = loadConfig(ConductorConfig);
  const url = config.broker.amqpUrl();
  mkdirSync(config.dataDir, { recursive: true });
  const storage = await openEmbedded<ConductorTables>({ file: join(config.dataDir, 'conductor.db'), migrations: CONDUCTOR_MIGRATIONS });
  await checkTopology(url, topologyFor([]));
  const broker = Broker.open({ url, service: 'conductor', instance: randomUUID().slice(0, 8) });
  const app = await NestFactory.createMicroservice(ConductorModule.for({ config, broker, storage }), {
    strategy: new AmqpStrategy(broker, { queues: QUEUES, parkAs: 'conductor', verifySender: config.broker.verifySender }),
    logger: jsonLogger('conductor'),
  });
  await app.get(ConductorRuntime).start();
  await app.listen();
  app.get(ConductorRuntime).ready();
  return app;
});
