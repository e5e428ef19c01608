import {
  ActionAudited,
  FailureError,
  ListAudit,
  ListTokens,
  TokenIssued,
  TokenRevoked,
  failure,
  type AccessToken,
  type AuditEntry,
  type AuditQuery,
  type StoredAuditEntry,
} from '#contracts';
import type { ClientConnection } from './dag-client.js';
import { QUERY_TIMEOUT_MS } from './limits.js';

/** Who may use the consoles, and what was done there: kept by the inventory. */
export class AccessClient {
  constructor(private readonly connection: ClientConnection) {}

  /** The tokens that are good now, by their hashes. */
  async tokens(): Promise<readonly AccessToken[]> {
    const { tokens } = await this.connection.queries.query(ListTokens, {}, {}, { timeoutMs: QUERY_TIMEOUT_MS });
    return tokens;
  }

  async issueToken(token: AccessToken): Promise<void> {
    const outcome = await this.connection.publisher.publish(TokenIssued, {}, token, { subject: token.tokenId });
    if (outcome === 'unroutable') throw inventoryAbsent(`the token for ${token.name}`);
  }

  async revokeToken(tokenId: string, requestedBy: string): Promise<void> {
    const outcome = await this.connection.publisher.publish(
      TokenRevoked,
      {},
      { tokenId, requestedBy },
      { subject: tokenId },
    );
    if (outcome === 'unroutable') throw inventoryAbsent(`the revocation of token ${tokenId}`);
  }

  async recordAction(entry: AuditEntry): Promise<void> {
    const outcome = await this.connection.publisher.publish(ActionAudited, {}, entry, { subject: entry.action });
    if (outcome === 'unroutable') throw inventoryAbsent(`the audit entry ${entry.entryId}`);
  }

  /** Newest first. */
  async audit(query: AuditQuery = {}): Promise<readonly StoredAuditEntry[]> {
    const { entries } = await this.connection.queries.query(ListAudit, {}, query, { timeoutMs: QUERY_TIMEOUT_MS });
    return entries;
  }
}

function inventoryAbsent(what: string): FailureError {
  return new FailureError(
    failure(
      'inventory.absent',
      `Sent ${what}, and the broker has no inventory inbox that takes it. Nothing was kept. Set the broker up with ` +
        '"dagctl topology apply" and see that the inventory service runs, then send again.',
      { retryable: false },
    ),
  );
}
