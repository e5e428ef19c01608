import {
  AcknowledgeRequested,
  BackupRequested,
  CancelRequested,
  ExplainRun,
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
  isFinalRunStatus,
  type AcknowledgeRequest,
  type AlarmView,
  type BackupList,
  type BackupRequest,
  type BackupsQuery,
  type DoctorReport,
  type Explanation,
  type InventorySnapshot,
  type LimitsChangeRequest,
  type MaintenanceAnswer,
  type MaintenanceView,
  type MemberDrainRequest,
  type MemberResumeRequest,
  type PlanDocument,
  type PlanQuery,
  type RestorePreflight,
  type RestoreRequest,
  type RunSummary,
  type RunView,
  type SnapshotQuery,
  type ThroughputView,
} from '#contracts';
import type { BrokerFigures } from '#messaging';
import { AccessClient } from './access-client.js';
import { connected, type ClientConnection, type ConnectOptions } from './connection.js';
import { Courier } from './courier.js';
import { diagnose, gatherFacts, type DoctorOptions } from './doctor/index.js';
import { PLAN_TIMEOUT_MS, PREFLIGHT_TIMEOUT_MS, QUERY_TIMEOUT_MS, REFERENCE_SEARCH_LIMIT } from './limits.js';
import { realPacing, type Pacing } from './pacing.js';
import { allBackups, backupsPage, wholeRun } from './pages.js';
import { request, requestAnswer } from './requests.js';
import { isRunId, pickRun } from './run-reference.js';
import { waitUntil, type WaitOptions } from './wait.js';
import { watchRun, type RunReference, type WatchOptions } from './watch.js';

/** Everything that the outside may ask of the product. */
export class DagClient {
  /** Tokens and audit log of the consoles. */
  readonly access: AccessClient;
  private readonly courier: Courier;

  constructor(
    private readonly connection: ClientConnection,
    private readonly pacing: Pacing = realPacing,
  ) {
    this.courier = new Courier(connection);
    this.access = new AccessClient(this.courier);
  }

  /** Rejects with `broker.unreachable` when no broker answers in time. */
  static async connect(url: string, options: ConnectOptions): Promise<DagClient> {
    return new DagClient(await connected(url, options));
  }

  /** How the connection to the broker stands, for whoever watches this process. */
  figures(): BrokerFigures {
    return this.connection.figures();
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Asks for a backup; the returned id names its run, also when the same request is sent again. */
  backup(wanted: BackupRequest): Promise<{ readonly requestId: string }> {
    return request(this.courier, 'the backup request', BackupRequested, wanted);
  }

  /** Asks for a restore; the same holds for its request id. */
  restore(wanted: RestoreRequest): Promise<{ readonly requestId: string }> {
    return request(this.courier, 'the restore request', RestoreRequested, wanted);
  }

  cancel(runId: string, requestedBy?: string): Promise<void> {
    const data = requestedBy === undefined ? { runId } : { runId, requestedBy };
    const options = { subject: runId, correlationId: runId };
    return this.courier.send('conductor', `the order to cancel run ${runId}`, CancelRequested, data, options);
  }

  acknowledge(acknowledged: AcknowledgeRequest): Promise<void> {
    const { alarmId } = acknowledged;
    const what = `the acknowledgement of alarm ${alarmId}`;
    return this.courier.send('conductor', what, AcknowledgeRequested, acknowledged, { subject: alarmId });
  }

  changeLimits(wanted: LimitsChangeRequest): Promise<MaintenanceAnswer> {
    return requestAnswer(this.courier, this.pacing, LimitsChangeRequested, wanted);
  }

  drainMember(wanted: MemberDrainRequest): Promise<MaintenanceAnswer> {
    return requestAnswer(this.courier, this.pacing, MemberDrainRequested, wanted);
  }

  resumeMember(wanted: MemberResumeRequest): Promise<MaintenanceAnswer> {
    return requestAnswer(this.courier, this.pacing, MemberResumeRequested, wanted);
  }

  /** Waits a little longer than the inventory itself waits for its agents. */
  snapshot(query: SnapshotQuery = {}): Promise<InventorySnapshot> {
    return this.courier.ask(GetSnapshot, query, (query.waitMs ?? 0) + QUERY_TIMEOUT_MS + QUERY_TIMEOUT_MS);
  }

  /** One page of the backups that exist. */
  backupsPage(query: BackupsQuery = {}): Promise<BackupList> {
    return backupsPage(this.courier, query);
  }

  /** All pages as one. Clients are asked anew for the first page alone. */
  backups(query: Omit<BackupsQuery, 'after'> = {}): Promise<BackupList> {
    return allBackups(this.courier, query);
  }

  /** What a request would do, now or in a world that is not; nothing is started. Waits as long as the conductor waits for fresh reports. */
  plan(query: PlanQuery): Promise<PlanDocument> {
    return this.courier.ask(MakePlan, query, PLAN_TIMEOUT_MS);
  }

  /** What a restore would do, and what stands against it. Nothing is stored or touched. */
  preflightRestore(wanted: RestoreRequest): Promise<RestorePreflight> {
    return this.courier.ask(PreflightRestore, wanted, PREFLIGHT_TIMEOUT_MS);
  }

  /** The standing alarms, oldest first. */
  async alarms(): Promise<readonly AlarmView[]> {
    return (await this.courier.ask(ListAlarms, {})).alarms;
  }

  /** The limits in force, what of them is used, and the drained members. */
  maintenance(requestId?: string): Promise<MaintenanceView> {
    return this.courier.ask(GetMaintenance, requestId === undefined ? {} : { requestId });
  }

  /** What is not as it should be, and what to do. Answers whoever else does not. */
  async doctor(options: DoctorOptions): Promise<DoctorReport> {
    return diagnose(await gatherFacts(this.connection, options));
  }

  /** What the members were seen to do in earlier runs. */
  async throughput(): Promise<readonly ThroughputView[]> {
    return (await this.courier.ask(GetThroughput, {})).rates;
  }

  /** Newest first. */
  async runs(limit = 20): Promise<readonly RunSummary[]> {
    return (await this.courier.ask(ListRuns, { limit })).runs;
  }

  run(query: RunReference & { readonly afterSequence?: number }): Promise<RunView> {
    return this.courier.ask(GetRun, query);
  }

  /** A run as it is now, with its history from the beginning. */
  runWithHistory(reference: RunReference): Promise<RunView> {
    return wholeRun((afterSequence) =>
      this.run(afterSequence === undefined ? reference : { ...reference, afterSequence }),
    );
  }

  /** `replay`: every decision is made again and compared. */
  explain(runId: string, database?: string, replay = false): Promise<Explanation> {
    const query = { runId, ...(database === undefined ? {} : { database }), ...(replay ? { replay } : {}) };
    return this.courier.ask(ExplainRun, query);
  }

  /** The run that `last`, a request id, a run id or the beginning of one names. */
  async resolveRun(text: string): Promise<{ readonly runId: string }> {
    const runs = await this.runs(REFERENCE_SEARCH_LIMIT);
    if (!isRunId(text)) return pickRun(text, runs);
    const runId = text.toLowerCase();
    // A request id may look like a run id, and does when this client made it.
    return { runId: runs.find((run) => run.runId === runId || run.requestId === text)?.runId ?? runId };
  }

  /** Every view of a run until it is final; see {@link watchRun}. */
  watch(reference: string | RunReference, options: WatchOptions = {}): AsyncIterable<RunView> {
    const ids = typeof reference === 'string' ? { runId: reference } : reference;
    return watchRun((ask, afterSequence) => this.run({ ...ask, afterSequence }), this.pacing, ids, options);
  }

  /** The final view of a run. With `timeoutMs`, rejects with `run.wait-timeout` when the run is not final by then. */
  waitForRun(requestId: string, options: WaitOptions = {}): Promise<RunView> {
    return this.waitUntil({ requestId }, (run) => isFinalRunStatus(run.status), options);
  }

  /** The first view that fits, or the final one. */
  waitUntil(reference: RunReference, fits: (run: RunView) => boolean, options: WaitOptions = {}): Promise<RunView> {
    return waitUntil((watched) => this.watch(reference, watched), reference, fits, options);
  }
}
