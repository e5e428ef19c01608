import {
  ActionAudited,
  ListAudit,
  ListTokens,
  TokenIssued,
  TokenRevoked,
  type AccessToken,
  type AuditEntry,
  type AuditQuery,
  type StoredAuditEntry,
} from '#contracts';
import type { Courier } from './courier.js';

/** Who may use the consoles, and what was done there: kept by the inventory. */
export class AccessClient {
  constructor(private readonly courier: Courier) {}

  /** The tokens that are good now, by their hashes. */
  async tokens(): Promise<readonly AccessToken[]> {
    return (await this.courier.ask(ListTokens, {})).tokens;
  }

  issueToken(token: AccessToken): Promise<void> {
    return this.courier.send('inventory', `the token for ${token.name}`, TokenIssued, token, {
      subject: token.tokenId,
    });
  }

  revokeToken(tokenId: string, requestedBy: string): Promise<void> {
    const what = `the revocation of token ${tokenId}`;
    return this.courier.send('inventory', what, TokenRevoked, { tokenId, requestedBy }, { subject: tokenId });
  }

  recordAction(entry: AuditEntry): Promise<void> {
    const what = `the audit entry ${entry.entryId}`;
    return this.courier.send('inventory', what, ActionAudited, entry, { subject: entry.action });
  }

  /** Newest first. */
  async audit(query: AuditQuery = {}): Promise<readonly StoredAuditEntry[]> {
    return (await this.courier.ask(ListAudit, query)).entries;
  }
}
