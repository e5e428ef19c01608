import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  AcknowledgeRequested,
  BackupRequested,
  CancelRequested,
  ExplainRun,
  FailureError,
  GetBackups,
  GetMaintenance,
  GetRun,
  GetSnapshot,
  GetThroughput,
  LimitsChangeRequested,
  ListAlarms,
  ListRuns,
  MakePlan,
  MemberDrainRequested,
  MemberResumeRequested,
  PreflightRestore,
  RestoreRequested,
  failure,
  isFinalRunStatus,
  type AcknowledgeRequest,
  type AlarmView,
  type BackupList,
  type BackupRequest,
  type BackupsQuery,
  type Explanation,
  type InventorySnapshot,
  type PlanDocument,
  type PlanQuery,
  type LimitsChangeRequest,
  type MaintenanceAnswer,
  type MaintenanceView,
  type MemberDrainRequest,
  type MemberResumeRequest,
  type MessageContract,
  type RestorePreflight,
  type RestoreRequest,
  type RunSummary,
  type RunView,
  type SnapshotQuery,
  type ThroughputView,
} from '#contracts';
import { Broker, SILENT_LOG, type MessagingLog, type Publisher, type QueryClient } from '#messaging';
import { AccessClient } from './access-client.js';
import {
  BACKUPS_LIMIT,
  CONNECT_TIMEOUT_MS,
  HISTORY_LIMIT,
  PLAN_TIMEOUT_MS,
  PREFLIGHT_TIMEOUT_MS,
  QUERY_TIMEOUT_MS,
  REFERENCE_SEARCH_LIMIT,
  APPEAR_LIMIT_MS,
  POLL_MS,
} from './limits.js';
import { isPassing } from './failures.js';
import { realPacing, type Pacing } from './pacing.js';
import { isRunId, pickRun } from './run-reference.js';
import { watchRun, type RunReference, type WatchOptions } from './watch.js';

/** What the client stands on; in production a {@link Broker}. */
export interface ClientConnection {
  readonly publisher: Publisher;
  readonly queries: QueryClient;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Names the connection in the broker's management page, e.g. `dagctl`. */
  readonly name: string;
  readonly connectTimeoutMs?: number;
  /** Where lost and regained connections are told; default: nowhere, because what they mean shows in the answers. */
  readonly log?: MessagingLog;
}

export interface WaitOptions extends WatchOptions {
  readonly timeoutMs?: number;
}

/** Everything that the outside may ask of the product. */
export class DagClient {
  /** Tokens and audit log of the consoles. */
  readonly access: AccessClient;

  constructor(
    private readonly connection: ClientConnection,
    private readonly pacing: Pacing = realPacing,
  ) {
    this.access = new AccessClient(connection);
  }

  /** Rejects with `broker.unreachable` when no broker answers in time: a person waits for this. */
  static async connect(url: string, options: ConnectOptions): Promise<DagClient> {
    const instance = `${options.name}-${hostname()}-${process.pid}`;
    const broker = opened(url, instance, options.log ?? SILENT_LOG);
    try {
      await broker.ready(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
    } catch (error) {
      await broker.close();
      throw error;
    }
    return new DagClient(broker);
  }

  /**
   * Asks for a backup. The request id is fixed before the first send, so sending again, by this client or by the caller
   * with the returned id, names the same run.
   */
  async backup(request: BackupRequest): Promise<{ readonly requestId: string }> {
    const requestId = request.requestId ?? randomUUID();
    const outcome = await this.connection.publisher.publish(
      BackupRequested,
      {},
      { ...request, requestId },
      { subject: requestId },
    );
    if (outcome === 'unroutable') throw conductorAbsent(`the backup request ${requestId}`);
    return { requestId };
  }

  /** Asks for a restore; the same holds for its request id. */
  async restore(request: RestoreRequest): Promise<{ readonly requestId: string }> {
    const requestId = request.requestId ?? randomUUID();
    const outcome = await this.connection.publisher.publish(
      RestoreRequested,
      {},
      { ...request, requestId },
      { subject: requestId },
    );
    if (outcome === 'unroutable') throw conductorAbsent(`the restore request ${requestId}`);
    return { requestId };
  }

  /** What a restore would do, and what stands against it. Nothing is stored or touched. */
  async preflightRestore(request: RestoreRequest): Promise<RestorePreflight> {
    return this.connection.queries.query(PreflightRestore, {}, request, { timeoutMs: PREFLIGHT_TIMEOUT_MS });
  }

  /** One page of the backups that exist. */
  async backupsPage(query: BackupsQuery = {}): Promise<BackupList> {
    const waitMs = query.maxAgeMs === undefined ? 0 : (query.waitMs ?? QUERY_TIMEOUT_MS + QUERY_TIMEOUT_MS);
    return this.connection.queries.query(GetBackups, {}, query, { timeoutMs: waitMs + QUERY_TIMEOUT_MS });
  }

  /** All pages as one. Clients are asked anew for the first page alone. */
  async backups(query: Omit<BackupsQuery, 'after'> = {}): Promise<BackupList> {
    let page = await this.backupsPage(query);
    const backups = [...page.backups];
    const { maxAgeMs: _, waitMs: __, ...rest } = query;
    while (page.next !== null && backups.length < BACKUPS_LIMIT) {
      page = await this.backupsPage({ ...rest, after: page.next });
      backups.push(...page.backups);
    }
    return { ...page, backups };
  }

  /** The standing alarms, oldest first. */
  async alarms(): Promise<readonly AlarmView[]> {
    const { alarms } = await this.connection.queries.query(ListAlarms, {}, {}, { timeoutMs: QUERY_TIMEOUT_MS });
    return alarms;
  }

  async acknowledge(request: AcknowledgeRequest): Promise<void> {
    const outcome = await this.connection.publisher.publish(AcknowledgeRequested, {}, request, {
      subject: request.alarmId,
    });
    if (outcome === 'unroutable') throw conductorAbsent(`the acknowledgement of alarm ${request.alarmId}`);
  }

  async cancel(runId: string, requestedBy?: string): Promise<void> {
    const data = requestedBy === undefined ? { runId } : { runId, requestedBy };
    const outcome = await this.connection.publisher.publish(CancelRequested, {}, data, {
      subject: runId,
      correlationId: runId,
    });
    if (outcome === 'unroutable') throw conductorAbsent(`the order to cancel run ${runId}`);
  }

  /** The limits in force, what of them is used, and the drained members. */
  async maintenance(requestId?: string): Promise<MaintenanceView> {
    const query = requestId === undefined ? {} : { requestId };
    return this.connection.queries.query(GetMaintenance, {}, query, { timeoutMs: QUERY_TIMEOUT_MS });
  }

  changeLimits(request: LimitsChangeRequest): Promise<MaintenanceAnswer> {
    return this.askAndWait(LimitsChangeRequested, request);
  }

  drainMember(request: MemberDrainRequest): Promise<MaintenanceAnswer> {
    return this.askAndWait(MemberDrainRequested, request);
  }

  resumeMember(request: MemberResumeRequest): Promise<MaintenanceAnswer> {
    return this.askAndWait(MemberResumeRequested, request);
  }

  /** Waits a little longer than the inventory itself waits for its agents. */
  async snapshot(options: SnapshotQuery = {}): Promise<InventorySnapshot> {
    const timeoutMs = (options.waitMs ?? 0) + QUERY_TIMEOUT_MS + QUERY_TIMEOUT_MS;
    return this.connection.queries.query(GetSnapshot, {}, options, { timeoutMs });
  }

  /** What a request would do, now or in a world that is not; nothing is started. Waits as long as the conductor waits for fresh reports. */
  async plan(query: PlanQuery): Promise<PlanDocument> {
    return this.connection.queries.query(MakePlan, {}, query, { timeoutMs: PLAN_TIMEOUT_MS });
  }

  /** What the members were seen to do in earlier runs. */
  async throughput(): Promise<readonly ThroughputView[]> {
    const { rates } = await this.connection.queries.query(GetThroughput, {}, {}, { timeoutMs: QUERY_TIMEOUT_MS });
    return rates;
  }

  /** Newest first. */
  async runs(limit = 20): Promise<readonly RunSummary[]> {
    const { runs } = await this.connection.queries.query(ListRuns, {}, { limit }, { timeoutMs: QUERY_TIMEOUT_MS });
    return runs;
  }

  async run(query: RunReference & { readonly afterSequence?: number }): Promise<RunView> {
    return this.connection.queries.query(GetRun, {}, query, { timeoutMs: QUERY_TIMEOUT_MS });
  }

  /** A run as it is now, with its history from the beginning. */
  async runWithHistory(reference: RunReference): Promise<RunView> {
    let run = await this.run(reference);
    const log = [...run.log];
    while (run.log.length > 0 && log.length < HISTORY_LIMIT) {
      run = await this.run({ ...reference, afterSequence: log.at(-1)?.sequence ?? 0 });
      log.push(...run.log);
    }
    return { ...run, log };
  }

  /** `replay`: every decision is made again and compared. */
  async explain(runId: string, database?: string, replay = false): Promise<Explanation> {
    const query = { runId, ...(database === undefined ? {} : { database }), ...(replay ? { replay } : {}) };
    return this.connection.queries.query(ExplainRun, {}, query, { timeoutMs: QUERY_TIMEOUT_MS });
  }

  /** The run that `last`, a request id, a run id or the beginning of one names. */
  async resolveRun(text: string): Promise<{ readonly runId: string }> {
    if (isRunId(text)) {
      const runId = text.toLowerCase();
      // A request id may look like a run id, and does when this client made it.
      const known = (await this.runs(REFERENCE_SEARCH_LIMIT)).find(
        (run) => run.runId === runId || run.requestId === text,
      );
      return { runId: known?.runId ?? runId };
    }
    return pickRun(text, await this.runs(REFERENCE_SEARCH_LIMIT));
  }

  /** Every view of a run until it is final; see {@link watchRun}. */
  watch(reference: string | RunReference, options: WatchOptions = {}): AsyncIterable<RunView> {
    const ids = typeof reference === 'string' ? { runId: reference } : reference;
    return watchRun((ask, afterSequence) => this.run({ ...ask, afterSequence }), this.pacing, ids, options);
  }

  /** The final view of a run. With `timeoutMs`, rejects with `run.wait-timeout` when the run is not final by then. */
  async waitForRun(requestId: string, options: WaitOptions = {}): Promise<RunView> {
    const { timeoutMs, ...watchOptions } = options;
    return this.waitUntil({ requestId }, (run) => isFinalRunStatus(run.status), {
      ...watchOptions,
      ...(timeoutMs ? { timeoutMs } : {}),
    });
  }

  /** The first view that fits, or the final one. */
  async waitUntil(
    reference: RunReference,
    fits: (run: RunView) => boolean,
    options: WaitOptions = {},
  ): Promise<RunView> {
    const { timeoutMs, signal, ...rest } = options;
    const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const signals = [signal, limit].filter((one) => one !== undefined);
    let last: RunView | undefined;
    for await (const run of this.watch(reference, {
      ...rest,
      ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}),
    })) {
      last = run;
      if (fits(run)) return run;
    }
    if (last && isFinalRunStatus(last.status)) return last;
    throw waitEnded(reference, timeoutMs, last);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** The request is stored on the broker whatever comes of the wait. Rejects with `conductor.silent` when no conductor answers it in time. */
  private async askAndWait<Data extends { readonly requestId?: string }>(
    contract: MessageContract<Data>,
    request: Data,
  ): Promise<MaintenanceAnswer> {
    const requestId = request.requestId ?? randomUUID();
    const outcome = await this.connection.publisher.publish(
      contract,
      {},
      { ...request, requestId },
      { subject: requestId },
    );
    if (outcome === 'unroutable') throw conductorAbsent(`the request ${requestId}`);
    const untilMs = this.pacing.nowMs() + APPEAR_LIMIT_MS;
    while (this.pacing.nowMs() < untilMs) {
      try {
        const { answer } = await this.maintenance(requestId);
        if (answer) return answer;
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await this.pacing.sleep(POLL_MS);
    }
    throw new FailureError(
      failure(
        'conductor.silent',
        `The request ${requestId} is stored on the broker, but no conductor answered it within ${APPEAR_LIMIT_MS / 1_000} s; it counts when one starts.`,
        { retryable: true },
      ),
    );
  }
}

function opened(url: string, instance: string, log: MessagingLog): Broker {
  try {
    return Broker.open({ url, service: 'api', instance, log });
  } catch (error) {
    throw new FailureError(
      failure('broker.bad-url', error instanceof Error ? error.message : String(error), { retryable: false }),
    );
  }
}

function conductorAbsent(what: string): FailureError {
  return new FailureError(
    failure(
      'conductor.absent',
      `Sent ${what}, and the broker has no conductor inbox to put it into. Nothing was started. Set the broker up with ` +
        '"dagctl topology apply" and see that the conductor service runs, then send again.',
      { retryable: false },
    ),
  );
}

function waitEnded(reference: RunReference, timeoutMs: number | undefined, last: RunView | undefined): FailureError {
  const name = 'runId' in reference ? `run ${reference.runId}` : `request ${reference.requestId}`;
  const state = last ? `It is ${last.status}: ${last.reason}` : 'Nothing was heard of it.';
  return new FailureError(
    failure(
      'run.wait-timeout',
      `Waited for ${name}${timeoutMs === undefined ? '' : ` ${Math.round(timeoutMs / 1_000)} s`}; it is not over. ${state} It goes on.`,
      { retryable: true },
    ),
  );
}
