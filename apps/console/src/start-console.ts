import { hostname } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { DagClient } from '#client';
import { Monitor, jsonLogger, type RunningService } from '#service';
import { OneTimeCode } from './access/one-time-code.js';
import { FirstLink } from './access/first-link.js';
import { buildApp } from './build-app.js';
import type { ConsoleConfig } from './config.js';
import { listeningOf } from './listening.js';
import { LiveHub } from './live/live-hub.js';
import { consoleChecks, consoleMetrics } from './monitoring/console.metrics.js';
import { ConsoleCounts } from './monitoring/counts.js';

/** Beside the compiled server. */
const PAGE_FOLDER = join(import.meta.dirname, '../../../apps/console-page');

/** Connects to the broker, listens, and tells where. */
export async function startConsole(config: ConsoleConfig): Promise<RunningService> {
  const log = new Logger('console');
  const { https, secureCookies } = listeningOf(config);
  const client = await DagClient.connect(config.broker.amqpUrl(), { name: 'console' });
  const oneTimeCode = new OneTimeCode();
  const options = {
    secureCookies,
    name: hostname(),
    behindProxy: config.behindTlsProxy,
    pageFolder: PAGE_FOLDER,
  };
  try {
    const counts = new ConsoleCounts();
    const app = await buildApp(client, options, oneTimeCode, { ...(https ? { https } : {}), counts });
    // Nest tells of every route while it starts, which nobody wants to read; from here on all is told.
    app.useLogger(jsonLogger('console'));
    await app.listen(config.port, config.address);
    const hub = app.get(LiveHub);
    const watched = {
      broker: client,
      counts,
      live: () => hub.figures(),
      askInventory: () => client.access.tokens(),
    };
    const monitor = await Monitor.open({
      service: 'console',
      config: config.monitoring,
      checks: consoleChecks(watched),
      define: (metrics) => consoleMetrics(metrics, watched),
      log,
    });
    const url = config.publicUrl ?? (await app.getUrl());
    const offer = new FirstLink(client, oneTimeCode, url, log);
    offer.start();
    log.log({ event: 'service.ready', message: `the console listens at ${url}`, url });
    return {
      close: async () => {
        offer.stop();
        await app.close();
        await client.close();
        await monitor.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}
