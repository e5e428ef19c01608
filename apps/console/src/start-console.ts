import { hostname } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { DagClient } from '#client';
import { jsonLogger, type RunningService } from '#service';
import { OneTimeCode } from './access/one-time-code.js';
import { FirstLink } from './access/first-link.js';
import { buildApp } from './build-app.js';
import type { ConsoleConfig } from './config.js';
import { listeningOf } from './listening.js';

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
    const app = await buildApp(client, options, oneTimeCode, https);
    // Nest tells of every route while it starts, which nobody wants to read; from here on all is told.
    app.useLogger(jsonLogger('console'));
    await app.listen(config.port, config.address);
    const url = config.publicUrl ?? (await app.getUrl());
    const offer = new FirstLink(client, oneTimeCode, url, log);
    offer.start();
    log.log({ event: 'service.ready', message: `the console listens at ${url}`, url });
    return {
      close: async () => {
        offer.stop();
        await app.close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}
