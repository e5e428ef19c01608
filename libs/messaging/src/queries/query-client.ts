import type { QueryContract, RouteParameters } from '#contracts';

/** How long a query waits for its answer if nothing else is said. */
export const QUERY_TIMEOUT_MS = 5_000;

/**
 * Asks a service and waits for its answer. Rejects with a FailureError: `query.timeout`, `query.unroutable` (nobody is there to answer),
 * `query.bad-reply`, or the failure that the service answered with.
 */
export interface QueryClient {
  query<D extends object, Reply extends object, R extends string>(
    contract: QueryContract<D, Reply, R>,
    route: RouteParameters<R>,
    data: D,
    options?: { readonly timeoutMs?: number },
  ): Promise<Reply>;
}
