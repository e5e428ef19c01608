import { Inject, Injectable } from '@nestjs/common';
import type { AccessToken } from '#contracts';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

/** A revoked token is good for at most this much longer. */
const FRESH_MS = 5_000;

/** The good tokens, as the inventory knows them, asked for again when what is known is old. */
@Injectable()
export class TokenDirectory {
  private known: { readonly tokens: readonly AccessToken[]; readonly atMs: number } | undefined;
  private asking: Promise<readonly AccessToken[]> | undefined;

  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  /** Rejects when nobody answers: without the inventory nobody gets in. */
  async tokens(nowMs: number): Promise<readonly AccessToken[]> {
    if (this.known && nowMs - this.known.atMs < FRESH_MS) return this.known.tokens;
    this.asking ??= this.ask(nowMs).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  /** After a change of ours. */
  forget(): void {
    this.known = undefined;
  }

  private async ask(nowMs: number): Promise<readonly AccessToken[]> {
    const tokens = await this.client.access.tokens();
    this.known = { tokens, atMs: nowMs };
    return tokens;
  }
}
