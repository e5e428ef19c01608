import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import type { TransactionScope } from './scope.js';
import type { Engine, Storage } from './tables.js';
import { TransactionQueue } from './transaction-queue.js';

/** Both databases behind one interface: transactions run one after another, in the order asked. */
export class QueuedStorage<Tables> implements Storage<Tables> {
  private readonly queue = new TransactionQueue();
  private closing: Promise<void> | undefined;

  constructor(
    readonly db: Kysely<Tables>,
    readonly engine: Engine,
    private readonly scope: AsyncLocalStorage<TransactionScope>,
    private readonly retried: <Result>(transaction: () => Promise<Result>) => Promise<Result>,
    private readonly end: () => Promise<void>,
  ) {}

  transaction<Result>(work: (tx: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    if (this.closing) return Promise.reject(new Error('the transaction was not started: the storage is closed'));
    if (this.scope.getStore()?.open) {
      return Promise.reject(
        new Error(
          'a transaction was started inside a transaction and would wait for ever; use the one that was handed in',
        ),
      );
    }
    return this.queue.run(() => this.retried(() => this.once(work)));
  }

  close(): Promise<void> {
    this.closing ??= this.queue.idle().then(this.end);
    return this.closing;
  }

  private once<Result>(work: (tx: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    return this.db.transaction().execute(async (tx) => {
      const scope: TransactionScope = { open: true };
      try {
        return await this.scope.run(scope, () => work(tx));
      } finally {
        scope.open = false;
      }
    });
  }
}
