import type { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabaseConnection, Driver } from 'kysely';

/** Marks the code that runs inside a transaction, and is closed with it: what it started may outlive the transaction. */
export interface TransactionScope {
  open: boolean;
}

/**
 * Refuses `storage.db` inside a transaction. With one connection it would wait for itself; with several it would read the
 * state before the transaction, and a program that works with one database would be wrong with the other.
 */
export function refuseInside(driver: Driver, scope: AsyncLocalStorage<TransactionScope>): Driver {
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async (): Promise<DatabaseConnection> => {
    if (scope.getStore()?.open) {
      throw new Error(
        'storage.db was used inside a transaction and would wait for ever; use the transaction that was handed in',
      );
    }
    return acquire();
  };
  return driver;
}
