import type { AccessToken } from '#contracts';
import type { Identity } from './session-book.js';

export function identityOf(token: AccessToken): Identity {
  return { actor: token.name, role: token.role, validUntilMs: Date.parse(token.expiresAt), tokenId: token.tokenId };
}

/** Who opened the one-time link: an administrator, long enough to make the first token. */
export function firstAdministrator(nowMs: number, durationMs: number): Identity {
  return { actor: 'one-time link', role: 'administrator', validUntilMs: nowMs + durationMs, tokenId: null };
}
