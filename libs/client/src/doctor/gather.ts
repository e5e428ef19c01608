import {
  FailureError,
  GetMaintenance,
  GetRun,
  GetSnapshot,
  ListAlarms,
  ListRuns,
  ListTokens,
  failure,
  isFinalRunStatus,
  memberTopology,
  serviceTopology,
  type InventorySnapshot,
} from '#contracts';
import type { SeenThing } from '#messaging';
import type { ClientConnection } from '../connection.js';
import { Courier } from '../courier.js';
import type { Answer, Asked, DoctorFacts, RunsSeen } from './facts.js';
import { BACKUP_AGE_MS, INSPECTION_LIMIT_MS, LIVE_RUNS_MAX, QUESTION_LIMIT_MS, RUNS_LOOKED_AT } from './limits.js';

export interface DoctorOptions {
  /** Of the program that asks. */
  readonly version: string;
  /** Default: 48 hours. */
  readonly backupAgeMs?: number;
}

/** Asks everything side by side, each question within its own limit. What gets no answer is a fact, too; this never rejects. */
export async function gatherFacts(connection: ClientConnection, options: DoctorOptions): Promise<DoctorFacts> {
  const courier = new Courier(connection);
  const snapshot = answerTo('inventory', () => courier.ask(GetSnapshot, {}, QUESTION_LIMIT_MS));
  const [broker, memberQueues, maintenance, runs, alarms, tokens] = await Promise.all([
    answerTo('broker', () => connection.inspect(serviceTopology(), INSPECTION_LIMIT_MS)),
    memberQueuesOf(connection, snapshot),
    answerTo('conductor', () => courier.ask(GetMaintenance, {}, QUESTION_LIMIT_MS)),
    answerTo('conductor', () => runsSeen(courier)),
    answerTo('conductor', async () => (await courier.ask(ListAlarms, {}, QUESTION_LIMIT_MS)).alarms),
    answerTo('inventory', async () => (await courier.ask(ListTokens, {}, QUESTION_LIMIT_MS)).tokens),
  ]);
  return {
    version: options.version,
    nowMs: Date.now(),
    backupAgeMs: options.backupAgeMs ?? BACKUP_AGE_MS,
    broker,
    memberQueues,
    snapshot: await snapshot,
    maintenance,
    runs,
    alarms,
    tokens,
  };
}

/** Where there is no broker, that is all there is to know. */
export function factsWithoutBroker(reason: FailureError, sinceMs: number, options: DoctorOptions): DoctorFacts {
  const nowMs = Date.now();
  const unasked = (asked: Asked): Answer<never> => ({
    asked,
    kind: 'failed',
    failure: reason.failure,
    askedAtMs: sinceMs,
    endedAtMs: nowMs,
  });
  return {
    version: options.version,
    nowMs,
    backupAgeMs: options.backupAgeMs ?? BACKUP_AGE_MS,
    broker: unasked('broker'),
    memberQueues: unasked('broker'),
    snapshot: unasked('inventory'),
    maintenance: unasked('conductor'),
    runs: unasked('conductor'),
    alarms: unasked('conductor'),
    tokens: unasked('inventory'),
  };
}

/** Only those that the inventory knows can be looked at: a queue cannot be searched for. */
async function memberQueuesOf(
  connection: ClientConnection,
  snapshot: Promise<Answer<InventorySnapshot>>,
): Promise<Answer<readonly SeenThing[]>> {
  const known = await snapshot;
  if (known.kind === 'failed') return known;
  const queues = known.value.members.flatMap(({ id }) => memberTopology(id).queues);
  return answerTo('broker', async () => (await connection.inspect({ queues }, INSPECTION_LIMIT_MS)).things);
}

async function runsSeen(courier: Courier): Promise<RunsSeen> {
  const latest = (await courier.ask(ListRuns, { limit: RUNS_LOOKED_AT }, QUESTION_LIMIT_MS)).runs;
  const live = latest.filter(({ status }) => !isFinalRunStatus(status)).slice(0, LIVE_RUNS_MAX);
  // Without history, which nobody reads here.
  const views = live.map(({ runId }) =>
    courier.ask(GetRun, { runId, afterSequence: Number.MAX_SAFE_INTEGER }, QUESTION_LIMIT_MS),
  );
  return { latest, live: await Promise.all(views) };
}

async function answerTo<Value>(asked: Asked, question: () => Promise<Value>): Promise<Answer<Value>> {
  const askedAtMs = Date.now();
  try {
    const value = await question();
    return { asked, kind: 'answered', value, askedAtMs, endedAtMs: Date.now() };
  } catch (error) {
    return { asked, kind: 'failed', failure: failureOf(error), askedAtMs, endedAtMs: Date.now() };
  }
}

function failureOf(error: unknown): FailureError['failure'] {
  if (error instanceof FailureError) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return failure('query.failed', message, { retryable: true });
}
