import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Logger } from '@nestjs/common';
import { DagClient } from '#client';
import type { RunningService } from '#service';
import { OneTimeCode } from './access/one-time-code.js';
import { buildApp } from './build-app.js';
import type { ConsoleConfig } from './config.js';
import { listeningOf } from './listening.js';

const CODE_BYTES = 32;

/** Connects to the broker, listens, and tells where. */
export async function startConsole(config: ConsoleConfig): Promise<RunningService> {
  const log = new Logger('console');
  const { https, secureCookies } = listeningOf(config);
  const client = await DagClient.connect(config.broker.amqpUrl(), { name: 'console' });
  const oneTimeCode = new OneTimeCode();
  const options = { secureCookies, name: hostname(), behindProxy: config.behindTlsProxy };
  try {
    const app = await buildApp(client, options, oneTimeCode, https);
    await app.listen(config.port, config.address);
    const url = config.publicUrl ?? (await app.getUrl());
    await offerLink(client, oneTimeCode, url, log);
    log.log({ event: 'service.ready', message: `the console listens at ${url}`, url });
    return {
      close: async () => {
        await app.close();
        await client.close();
      },
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Without a token nobody could get in to make one; so the first start prints a link that works once. */
async function offerLink(client: DagClient, oneTimeCode: OneTimeCode, url: string, log: Logger): Promise<void> {
  const tokens = await client.access.tokens();
  if (tokens.some(({ role }) => role === 'administrator')) return;
  const code = randomBytes(CODE_BYTES).toString('base64url');
  oneTimeCode.issue(code, Date.now());
  const link = new URL(`/sign-in#link=${code}`, url).href;
  log.log({
    event: 'console.first-link',
    message: `no administrator has a token yet; this link signs one in, once, within 15 minutes: ${link}`,
    link,
  });
}
