import { randomUUID } from 'node:crypto';
import {
  FailureError,
  GetMaintenance,
  failure,
  type MaintenanceAnswer,
  type MaintenanceQuery,
  type MessageContract,
} from '#contracts';
import type { Courier } from './courier.js';
import { isPassing } from './failures.js';
import { APPEAR_LIMIT_MS, POLL_MS } from './limits.js';
import type { Pacing } from './pacing.js';

interface Identified {
  readonly requestId?: string;
}

/**
 * Sends a request. Its id is fixed before the first send, so sending again, by this client or by the caller with the returned id, names
 * the same run. `what` goes before the id where a failure names it.
 */
export async function request<Data extends Identified>(
  courier: Courier,
  what: string,
  contract: MessageContract<Data>,
  data: Data,
): Promise<{ readonly requestId: string }> {
  const requestId = data.requestId ?? randomUUID();
  await courier.send('conductor', `${what} ${requestId}`, contract, { ...data, requestId }, { subject: requestId });
  return { requestId };
}

/** The request is stored on the broker whatever comes of the wait. Rejects with `conductor.silent` when no conductor answers it in time. */
export async function requestAnswer<Data extends Identified>(
  courier: Courier,
  pacing: Pacing,
  contract: MessageContract<Data>,
  data: Data,
): Promise<MaintenanceAnswer> {
  const query: MaintenanceQuery = await request(courier, 'the request', contract, data);
  const untilMs = pacing.nowMs() + APPEAR_LIMIT_MS;
  while (pacing.nowMs() < untilMs) {
    try {
      const { answer } = await courier.ask(GetMaintenance, query);
      if (answer) return answer;
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await pacing.sleep(POLL_MS);
  }
  throw new FailureError(
    failure(
      'conductor.silent',
      `The request ${query.requestId} is stored on the broker, but no conductor answered it within ${APPEAR_LIMIT_MS / 1_000} s; it counts when one starts.`,
      { retryable: true },
    ),
  );
}
