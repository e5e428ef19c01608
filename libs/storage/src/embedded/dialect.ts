import type { AsyncLocalStorage } from 'node:async_hooks';
import { SqliteDialect, type Driver, type SqliteDialectConfig } from 'kysely';
import { refuseInside, type TransactionScope } from '../scope.js';

/** SQLite through one connection. */
export class EmbeddedDialect extends SqliteDialect {
  constructor(
    config: SqliteDialectConfig,
    private readonly scope: AsyncLocalStorage<TransactionScope>,
  ) {
    super(config);
  }

  override createDriver(): Driver {
    return refuseInside(super.createDriver(), this.scope);
  }
}
