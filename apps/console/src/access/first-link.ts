import { randomBytes } from 'node:crypto';
import type { Logger } from '@nestjs/common';
import type { ConsoleClient } from '../ports.js';
import type { OneTimeCode } from './one-time-code.js';

const CODE_BYTES = 32;
/** Between two questions to an inventory that does not answer yet, and how many there are: a quarter of an hour. */
const ASK_EVERY_MS = 1_000;
const ASKS_MAX = 900;

/**
 * Without a token nobody could get in to make one; so a console that finds none prints a link that works once. It asks the inventory in the
 * background, because at the start of a whole machine the console may be up first.
 */
export class FirstLink {
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  private isStopped = false;

  constructor(
    private readonly client: ConsoleClient,
    private readonly oneTimeCode: OneTimeCode,
    private readonly url: string,
    private readonly log: Logger,
  ) {}

  start(): void {
    void this.ask();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    this.asked += 1;
    try {
      const tokens = await this.client.access.tokens();
      if (!tokens.some(({ role }) => role === 'administrator')) this.offer();
    } catch (error) {
      if (this.isStopped) return;
      const why = error instanceof Error ? error.message : String(error);
      if (this.asked < ASKS_MAX) this.timer = setTimeout(() => void this.ask(), ASK_EVERY_MS);
      else
        this.log.warn({ event: 'console.no-tokens', message: `it is not known whether anybody has a token: ${why}` });
    }
  }

  private offer(): void {
    const code = randomBytes(CODE_BYTES).toString('base64url');
    this.oneTimeCode.issue(code, Date.now());
    const link = new URL(`/#link=${code}`, this.url).href;
    this.log.log({
      event: 'console.first-link',
      message: `no administrator has a token yet; this link signs one in, once, within 15 minutes: ${link}`,
      link,
    });
  }
}
