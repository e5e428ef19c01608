import { Inject, Injectable } from '@nestjs/common';
import { tokenFor, type AccessToken } from '#contracts';
import { CONSOLE_CLIENT, type ConsoleClient } from '../ports.js';

/** A revoked token is good for at most this much longer. */
const FRESH_MS = 5_000;
/** An unknown token may have been made a moment ago; whoever guesses makes the inventory answer no more often than this. */
const ASK_AGAIN_MS = 500;

/** The good tokens, as the inventory knows them, asked for again when what is known is old. */
@Injectable()
export class TokenDirectory {
  private known: { readonly tokens: readonly AccessToken[]; readonly atMs: number } | undefined;
  private asking: Promise<readonly AccessToken[]> | undefined;

  constructor(@Inject(CONSOLE_CLIENT) private readonly client: ConsoleClient) {}

  /** The good token that a text is of. Rejects when nobody answers: without the inventory nobody gets in. */
  async find(text: string, nowMs: number): Promise<AccessToken | undefined> {
    const found = tokenFor(text, await this.tokens(nowMs, FRESH_MS), nowMs);
    return found ?? tokenFor(text, await this.tokens(nowMs, ASK_AGAIN_MS), nowMs);
  }

  async isGood(tokenId: string, nowMs: number): Promise<boolean> {
    return (await this.tokens(nowMs, FRESH_MS)).some((token) => token.tokenId === tokenId);
  }

  /** After a change of ours. */
  forget(): void {
    this.known = undefined;
  }

  private async tokens(nowMs: number, freshMs: number): Promise<readonly AccessToken[]> {
    if (this.known && nowMs - this.known.atMs < freshMs) return this.known.tokens;
    this.asking ??= this.ask(nowMs).finally(() => {
      this.asking = undefined;
    });
    return this.asking;
  }

  private async ask(nowMs: number): Promise<readonly AccessToken[]> {
    const tokens = await this.client.access.tokens();
    this.known = { tokens, atMs: nowMs };
    return tokens;
  }
}
