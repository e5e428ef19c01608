import { randomUUID } from 'node:crypto';
import { DatabaseChanged, DatabaseFailedOver, MemberChanged, NO_DAG, type DatabaseView } from '#contracts';
import { toOutgoing, type OutgoingMeta } from '#messaging';
import type { InventoryFact } from '../domain/facts.js';
import type { FactMessage, FactWriter } from '../storage/sql-inventory-store.js';

/** Stands in routing keys where nobody knows the active member. */
const UNKNOWN_MEMBER = 'unknown';

/** Puts facts into messages. Facts of one database, and of one member, leave in the order in which they happened. */
export class FactMessages implements FactWriter {
  constructor(private readonly source: string) {}

  write(fact: InventoryFact, nowMs: number, causationId: string | undefined): FactMessage {
    const meta = (subject: string): OutgoingMeta => ({
      id: randomUUID(),
      source: this.source,
      time: new Date(nowMs),
      subject,
      ...(causationId === undefined ? {} : { causationId }),
    });
    switch (fact.kind) {
      case 'databaseFailedOver': {
        const { guid } = fact.move.database;
        return {
          orderingKey: guid,
          message: toOutgoing(DatabaseFailedOver, routeOf(fact.move.database), fact.move, meta(guid)),
        };
      }
      case 'databaseChanged': {
        const { database } = fact;
        return {
          orderingKey: database.guid,
          message: toOutgoing(DatabaseChanged, routeOf(database), { database }, meta(database.guid)),
        };
      }
      case 'memberChanged': {
        const { member, change } = fact;
        const route = { dag: member.dag ?? NO_DAG, member: member.id };
        return {
          orderingKey: member.id,
          message: toOutgoing(MemberChanged, route, { member, change }, meta(member.id)),
        };
      }
      default: {
        const unknown: never = fact;
        throw new Error(`unknown fact ${JSON.stringify(unknown)}`);
      }
    }
  }
}

function routeOf(database: DatabaseView): { readonly dag: string; readonly member: string } {
  return { dag: database.dag ?? NO_DAG, member: database.activeMember ?? UNKNOWN_MEMBER };
}
