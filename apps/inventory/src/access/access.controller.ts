import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  AccessToken,
  AccessTokenList,
  ActionAudited,
  AuditEntry,
  AuditPage,
  AuditQuery,
  ListAudit,
  ListTokens,
  Queues,
  TokenIssued,
  TokenListQuery,
  TokenRevocation,
  TokenRevoked,
} from '#contracts';
import { Handles } from '#messaging';
import { AccessStore } from './access-store.js';

/** The common memory of the consoles, which keep none of their own. */
@Controller()
export class AccessController {
  constructor(private readonly access: AccessStore) {}

  @Handles(TokenIssued, Queues.inventoryInbox)
  async issued(@Payload() token: AccessToken): Promise<void> {
    await this.access.issue(token);
  }

  @Handles(TokenRevoked, Queues.inventoryInbox)
  async revoked(@Payload() { tokenId }: TokenRevocation): Promise<void> {
    await this.access.revoke(tokenId, new Date().toISOString());
  }

  @Handles(ActionAudited, Queues.inventoryInbox)
  async audited(@Payload() entry: AuditEntry): Promise<void> {
    await this.access.record(entry);
  }

  @Handles(ListTokens, Queues.inventoryQueries)
  async tokens(@Payload() { limit }: TokenListQuery): Promise<AccessTokenList> {
    return { tokens: await this.access.tokens(new Date().toISOString(), limit) };
  }

  @Handles(ListAudit, Queues.inventoryQueries)
  async audit(@Payload() query: AuditQuery): Promise<AuditPage> {
    return { entries: await this.access.page(query) };
  }
}
