import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import {
  AttemptEnd,
  AttemptEnded,
  BackupList,
  BackupListing,
  BackupsQuery,
  BackupsReported,
  GetBackups,
  Queues,
} from '#contracts';
import { Handles, MessageContext } from '#messaging';
import { CatalogueService } from '../catalogue/catalogue-service.js';
import { messageIdOf } from './message-id.js';

/** Which backups exist: what clients list, what runs made, and who asks. */
@Controller()
export class CatalogueController {
  constructor(private readonly catalogue: CatalogueService) {}

  @Handles(BackupsReported, Queues.inventoryInbox)
  async report(@Payload() listing: BackupListing, @Ctx() context: MessageContext): Promise<void> {
    await this.catalogue.report(listing, messageIdOf(context));
  }

  @Handles(AttemptEnded, Queues.inventoryInbox)
  async ended(@Payload() end: AttemptEnd, @Ctx() context: MessageContext): Promise<void> {
    await this.catalogue.ended(end, messageIdOf(context));
  }

  @Handles(GetBackups, Queues.inventoryQueries)
  backups(@Payload() query: BackupsQuery): Promise<BackupList> {
    return this.catalogue.backups(query);
  }
}
