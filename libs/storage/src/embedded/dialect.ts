import type { AsyncLocalStorage } from 'node:async_hooks';
import { SqliteDialect, type DatabaseConnection, type Driver, type SqliteDialectConfig } from 'kysely';

/** Marks the code that runs inside a transaction, and is closed with it: what it started may outlive the transaction. */
export interface TransactionScope {
  open: boolean;
}

/** SQLite through one connection, refusing what would wait for itself: asking for the connection inside a transaction. */
export class EmbeddedDialect extends SqliteDialect {
  constructor(
    config: SqliteDialectConfig,
    private readonly scope: AsyncLocalStorage<TransactionScope>,
  ) {
    super(config);
  }

  override createDriver(): Driver {
    const driver = super.createDriver();
    const acquire = driver.acquireConnection.bind(driver);
    driver.acquireConnection = async (): Promise<DatabaseConnection> => {
      if (this.scope.getStore()?.open) {
        throw new Error(
          'storage.db was used inside a transaction and would wait for ever; use the transaction that was handed in',
        );
      }
      return acquire();
    };
    return driver;
  }
}
