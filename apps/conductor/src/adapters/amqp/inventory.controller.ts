import {
  DatabaseChanged,
  DatabaseFailedOver,
  MemberChanged,
  Queues,
  type DatabaseChange,
  type DatabaseMove,
  type MemberChange,
} from '#contracts';
import { Handles, type MessageContext } from '#messaging';
import { Controller, Inject } from '@nestjs/common';
import { Conductor } from '../../application/conductor.js';

/** What the inventory found out. */
@Controller()
export class InventoryController {
  constructor(@Inject(Conductor) private readonly conductor: Conductor) {}

  @Handles(DatabaseFailedOver, Queues.conductorInbox)
  async moved({ database, fromMember, toMember, category }: DatabaseMove, context: MessageContext): Promise<void> {
    const input = { type: 'DatabaseMoved', databaseGuid: database.guid, fromMember, toMember, category } as const;
    await context.handOn(this.conductor.databaseChanged(database, input, context.envelope.id));
  }

  @Handles(DatabaseChanged, Queues.conductorInbox)
  async changed({ database }: DatabaseChange, context: MessageContext): Promise<void> {
    await context.handOn(
      this.conductor.databaseChanged(
        database,
        { type: 'DatabaseChanged', databaseGuid: database.guid },
        context.envelope.id,
      ),
    );
  }

  @Handles(MemberChanged, Queues.conductorInbox)
  async memberChanged({ member }: MemberChange, context: MessageContext): Promise<void> {
    await context.handOn(this.conductor.memberChanged(member, context.envelope.id));
  }
}
