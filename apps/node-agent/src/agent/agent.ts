import {
  LIVE_ATTEMPT_STATES,
  type AttemptRef,
  type DescribeAttempt,
  type DescribeRestoreStep,
  type OrderRestoreStep,
  type RestoreStepRef,
  type StartBackup,
  type StopBackup,
  type StopRestoreStep,
} from '#contracts';
import type { AttemptLimits } from '../domain/attempt.js';
import type { BackupClient } from '../ports/backup-client.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { ExchangeChanges } from '../ports/exchange-changes.js';
import type { ExchangeHost } from '../ports/exchange-host.js';
import type { Heartbeats } from '../ports/heartbeats.js';
import type { Journal } from '../ports/journal.js';
import type { Log } from '../ports/log.js';
import type { Results } from '../ports/results.js';
import type { AttemptActor } from './attempt-actor.js';
import { Attempts } from './attempts.js';
import { CatalogueReporter } from './catalogue-reporter.js';
import { EpochFence } from './epoch-fence.js';
import { errorText } from './error-text.js';
import { LeaseLoop } from './lease-loop.js';
import { Outbox } from './outbox.js';
import { RestoreSteps } from './restore-steps.js';
import { StateReporter } from './state-reporter.js';
import { warnedJournal } from './warned-journal.js';
import type { StepActor } from './step-actor.js';
import type { StandingWarnings } from './warnings.js';
import { WorkOrders } from './work-orders.js';

/** How long a stopping agent waits for killed clients to end and for their reports to be sent. The rest is in the journal. */
export const STOP_WAIT_MS = 10_000;
const FORGET_EVERY_MS = 24 * 60 * 60 * 1_000;

export interface AgentOptions {
  readonly memberId: string;
  readonly agentVersion: string;
  /** Where this member's backups go; null: not configured. */
  readonly storageServer: string | null;
  readonly pollMs: number;
  readonly heartbeatMs: number;
  readonly catalogueMs: number;
  readonly journalRetentionMs: number;
  readonly limits: AttemptLimits;
}

export interface AgentPorts {
  readonly clock: Clock;
  readonly host: ExchangeHost;
  readonly changes: ExchangeChanges;
  readonly client: BackupClient;
  readonly journal: Journal;
  readonly results: Results;
  readonly heartbeats: Heartbeats;
  readonly log: Log;
  readonly warnings: StandingWarnings;
}

/** What this agent has in hand, in numbers. */
export interface AgentFigures {
  readonly work: readonly {
    readonly kind: 'backup' | 'restore';
    readonly state: (typeof LIVE_ATTEMPT_STATES)[number];
    readonly count: number;
  }[];
  /** Results that the broker does not have yet. */
  readonly resultsWaiting: number;
  readonly warnings: number;
}

/** The agent of one member, free of any broker, process or disk: those come in as ports. */
export class Agent {
  private readonly attempts: WorkOrders<StartBackup, StopBackup, AttemptRef, AttemptActor>;
  private readonly steps: WorkOrders<OrderRestoreStep, StopRestoreStep, RestoreStepRef, StepActor>;
  private readonly leases: LeaseLoop;
  private readonly reporter: StateReporter;
  private readonly catalogue: CatalogueReporter;
  private readonly outbox: Outbox;
  private forgetting: Timer | null = null;
  private whenQuiet: (() => void) | null = null;

  constructor(
    private readonly options: AgentOptions,
    private readonly ports: AgentPorts,
  ) {
    const { memberId, agentVersion, storageServer, limits, heartbeatMs, pollMs, catalogueMs } = options;
    const { clock, heartbeats, log, results, warnings } = ports;
    const agentInstanceId = clock.uuid();
    this.outbox = new Outbox(results, clock, log, warnings);
    const fence = new EpochFence();
    const askForLease = (): void => this.leases.nudge();
    const onChange = (): void => this.noteQuiet();
    const workPorts = {
      ...ports,
      memberId,
      limits,
      outbox: this.outbox,
      journal: warnedJournal(ports.journal, warnings, log),
    };
    const attempts = new Attempts({ ...workPorts, onMade: () => this.catalogue.soon() }, onChange);
    this.attempts = new WorkOrders(attempts, workPorts, fence, askForLease);
    this.steps = new WorkOrders(new RestoreSteps(workPorts, onChange), workPorts, fence, askForLease);
    this.leases = new LeaseLoop(
      { memberId, agentInstanceId, heartbeatMs },
      heartbeats,
      clock,
      log,
      () => [...this.attempts.live(), ...this.steps.live()],
      (reply, sentAtMs) => {
        this.attempts.applyReply(reply, sentAtMs);
        this.steps.applyReply(reply, sentAtMs);
      },
    );
    this.catalogue = new CatalogueReporter({ memberId, agentInstanceId, catalogueMs }, ports);
    this.reporter = new StateReporter({ memberId, agentInstanceId, agentVersion, storageServer, pollMs }, ports);
  }

  /** Takes up unfinished work and begins to report. Orders may come from now on. */
  start(): void {
    this.attempts.resume();
    this.steps.resume();
    this.leases.start();
    void this.reporter.start();
    this.catalogue.start();
    this.forgetLater();
  }

  /** Resolves when the order is in the journal; rejects when it could not be written there. */
  startBackup(command: StartBackup): Promise<void> {
    return this.attempts.begin(command);
  }

  stopBackup(order: StopBackup): Promise<void> {
    return this.attempts.stop(order);
  }

  /** Resolves when the answer is on its way, and what must follow from it is in the journal. */
  describeAttempt(order: DescribeAttempt): Promise<void> {
    return this.attempts.describe(order);
  }

  /** Resolves when the order is in the journal; rejects when it could not be written there. */
  orderStep(order: OrderRestoreStep): Promise<void> {
    return this.steps.begin(order);
  }

  stopStep(order: StopRestoreStep): Promise<void> {
    return this.steps.stop(order);
  }

  describeStep(order: DescribeRestoreStep): Promise<void> {
    return this.steps.describe(order);
  }

  /** Looks and reports soon; what goes wrong is in the log, and the next poll tries again. */
  reportState(): void {
    void this.reporter.reportNow();
  }

  /** Asks the backup client and reports everything that it lists. */
  listBackups(): void {
    this.catalogue.reportAll();
  }

  figures(): AgentFigures {
    const { outbox, ports } = this;
    const live = { backup: this.attempts.live(), restore: this.steps.live() };
    const work = (['backup', 'restore'] as const).flatMap((kind) =>
      LIVE_ATTEMPT_STATES.map((state) => ({
        kind,
        state,
        count: live[kind].filter((each) => each.state === state).length,
      })),
    );
    return { work, resultsWaiting: outbox.size, warnings: ports.warnings.list().length };
  }

  /** Kills what runs and waits, within a limit, until its end is told. */
  async stop(): Promise<void> {
    this.reporter.close();
    this.catalogue.close();
    this.forgetting?.cancel();
    this.attempts.stopAll();
    this.steps.stopAll();
    await this.quiet();
    this.leases.close();
    this.attempts.close();
    this.steps.close();
    this.outbox.close();
  }

  private quiet(): Promise<void> {
    return new Promise((resolve) => {
      const limit = this.ports.clock.setTimer(STOP_WAIT_MS, () => {
        this.ports.log.warn('agent.stop-incomplete', { afterMs: STOP_WAIT_MS });
        this.whenQuiet = null;
        resolve();
      });
      this.whenQuiet = () => {
        limit.cancel();
        resolve();
      };
      this.noteQuiet();
    });
  }

  private noteQuiet(): void {
    if (!this.whenQuiet || !this.attempts.isIdle || !this.steps.isIdle || !this.outbox.isEmpty) return;
    const done = this.whenQuiet;
    this.whenQuiet = null;
    done();
  }

  private forgetLater(): void {
    const { clock, journal, log } = this.ports;
    this.forgetting = clock.setTimer(FORGET_EVERY_MS, () => {
      const endedBeforeMs = Date.parse(clock.utcNow()) - this.options.journalRetentionMs;
      this.steps.forget(endedBeforeMs);
      this.attempts.forget(endedBeforeMs);
      journal
        .compact(endedBeforeMs)
        .catch((thrown: unknown) => log.warn('journal.not-compacted', { reason: errorText(thrown) }));
      this.forgetLater();
    });
  }
}
