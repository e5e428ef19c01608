import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { AccessRole, AccessToken } from './messages/access.js';

export const TOKEN_LIFE_MAX_MS = 2 * 365 * 24 * 60 * 60 * 1_000;
const SECRET_BYTES = 32;

/** The prefix lets secret scanners find a token that was put where it does not belong. */
const TOKEN_TEXT = /^dagc_([0-9a-f-]{36})_([A-Za-z0-9_-]{20,200})$/;

export interface TokenDetails {
  readonly name: string;
  readonly role: AccessRole;
  readonly expiresInMs: number;
  readonly nowMs: number;
}

/** Makes a token: what is kept of it, and the text that its owner signs in with. */
export function newToken(details: TokenDetails): { readonly token: AccessToken; readonly text: string } {
  const { name, role, expiresInMs, nowMs } = details;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const tokenId = randomUUID();
  const token = {
    tokenId,
    name,
    role,
    secretHash: hashOf(secret),
    createdAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + expiresInMs).toISOString(),
  };
  return { token, text: `dagc_${tokenId}_${secret}` };
}

/** The token that a text belongs to, if it is one of these and still good. */
export function tokenFor(text: string, tokens: readonly AccessToken[], nowMs: number): AccessToken | undefined {
  const [, tokenId, secret] = TOKEN_TEXT.exec(text.trim()) ?? [];
  if (tokenId === undefined || secret === undefined) return undefined;
  const token = tokens.find((known) => known.tokenId === tokenId);
  if (!token || Date.parse(token.expiresAt) <= nowMs) return undefined;
  return isSame(hashOf(secret), token.secretHash) ? token : undefined;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Takes as long for a near miss as for a far one. */
function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left, 'hex');
  const b = Buffer.from(right, 'hex');
  return a.length === b.length && timingSafeEqual(a, b);
}
