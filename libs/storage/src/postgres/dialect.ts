import type { AsyncLocalStorage } from 'node:async_hooks';
import { CompiledQuery, PostgresDialect, type Driver, type PostgresDialectConfig } from 'kysely';
import { refuseInside, type TransactionScope } from '../scope.js';

/** Any number, the same for ever: names the lock of writers among all advisory locks of the database. */
const WRITERS_LOCK = 20_260_122;

/**
 * PostgreSQL with one writer at a time for each schema. A transaction takes the writers' lock as it begins and PostgreSQL gives it
 * back when the commit can be seen, so ids rise in commit order over all processes, as the outbox sender needs them to,
 * and what a transaction read (the fencing epoch) still holds when it commits.
 */
export class OneWriterDialect extends PostgresDialect {
  constructor(
    config: PostgresDialectConfig,
    private readonly schema: string,
    private readonly scope: AsyncLocalStorage<TransactionScope>,
  ) {
    super(config);
  }

  override createDriver(): Driver {
    const driver = refuseInside(super.createDriver(), this.scope);
    const lock = `select pg_advisory_xact_lock(${WRITERS_LOCK}, hashtext('${this.schema}'))`;
    // One round trip: both statements in one message, which PostgreSQL allows where there are no parameters.
    driver.beginTransaction = async (connection): Promise<void> => {
      await connection.executeQuery(CompiledQuery.raw(`begin; ${lock}`));
    };
    return driver;
  }
}
