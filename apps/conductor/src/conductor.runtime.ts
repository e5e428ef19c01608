import { BackupStartOrdered, RestoreStepOrdered, type OrderRestoreStep, type StartBackup } from '#contracts';
import type { Broker, OutgoingMessage } from '#messaging';
import { OutboxSender, fenced, pruneAll, type Leadership, type Storage, type StorageTables } from '#storage';
import { Logger } from '@nestjs/common';
import { AmqpInventory } from './adapters/amqp/amqp-inventory.js';
import type { ConductorTables } from './adapters/store/migrations.js';
import { pruneRuns } from './adapters/store/prune-runs.js';
import { SqlRunStore } from './adapters/store/sql-run-store.js';
import { Collector } from './application/collector.js';
import { Conductor } from './application/conductor.js';
import { Repeating } from './application/repeating.js';
import { PlanQueries } from './application/plan-queries.js';
import { RunQueries } from './application/run-queries.js';
import { RestoreQueries } from './restore/restore-queries.js';
import { settingsOf, type ConductorConfig } from './config.js';
import type { Watch } from './application/ports.js';
import { iso } from './domain/views.js';
import type { ActingConductor } from './monitoring/conductor.metrics.js';
import type { WorkFigures } from './domain/work-figures.js';

/** Tries to get a snapshot before a run is refused; each waits for the inventory as long as configured. */
const COLLECT_TRIES_MAX = 3;
/** A takeover does not wait longer for the inventory; what needs a picture is decided again when it comes. */
const FIRST_PICTURE_WAIT_MS = 1_000;
/** Orders to one member, or facts of one run, on their way at once; agents take orders in any order, each by its attempt's number. */
const IN_FLIGHT_PER_KEY = 50;
const PRUNE_EVERY_MS = 60_000;
/** Rounds of forgetting runs in one go; what is left waits for the next minute. */
const PRUNE_ROUNDS_MAX = 20;

export interface ConductorParts {
  readonly config: ConductorConfig;
  readonly broker: Broker;
  readonly storage: Storage<ConductorTables & StorageTables>;
  /** Everything that is stored, sent or granted here is under it. */
  readonly leadership: Leadership;
  readonly watch?: Watch;
}

/** The conductor's process without Nest: who knows whom, and in which order things begin and end. */
export class ConductorRuntime implements ActingConductor {
  readonly conductor: Conductor;
  readonly queries: RunQueries;
  readonly plans: PlanQueries;
  readonly restoreQueries: RestoreQueries;
  readonly store: SqlRunStore;
  private readonly log = new Logger('conductor');
  private readonly collector: Collector;
  private readonly storage: Storage<ConductorTables & StorageTables>;
  private readonly outbox: OutboxSender<ConductorTables & StorageTables>;
  private readonly timers: readonly Repeating[];

  constructor(private readonly parts: ConductorParts) {
    const { config, broker, leadership } = parts;
    const storage = fenced(parts.storage, leadership.epoch);
    this.storage = storage;
    const { log } = this;
    const clock = { nowMs: () => Date.now() };
    const { collectMaxAgeMs, collectWaitMs, tickMs, refreshMs, rebalanceMs } = config.timing;
    this.store = new SqlRunStore(storage, clock, leadership.epoch);
    this.outbox = new OutboxSender(storage, broker.publisher, {
      onUnroutable: (message) => this.unroutable(message),
      maySend: () => leadership.mayAct(),
      inFlightPerKey: IN_FLIGHT_PER_KEY,
      log,
    });
    const inventory = new AmqpInventory(broker.queries);
    this.collector = new Collector({
      inventory,
      log,
      maxAgeMs: collectMaxAgeMs,
      waitMs: collectWaitMs,
      triesMax: COLLECT_TRIES_MAX,
    });
    this.conductor = new Conductor({
      store: this.store,
      clock,
      log,
      settings: settingsOf(config),
      source: broker.source,
      mayAct: () => leadership.mayAct(),
      onCommitted: () => this.outbox.wake(),
      onCollect: (runId) => void this.collector.collect(this.conductor, runId),
      ...(parts.watch ? { watch: parts.watch } : {}),
    });
    const { standing } = this.conductor;
    this.queries = new RunQueries(standing, this.store);
    this.plans = new PlanQueries({
      standing,
      inventory,
      clock,
      maxAgeMs: collectMaxAgeMs,
      waitMs: collectWaitMs,
    });
    this.restoreQueries = new RestoreQueries({
      standing,
      inventory,
      clock,
      settings: config.restore,
      maxAgeMs: collectMaxAgeMs,
      waitMs: collectWaitMs,
    });
    this.timers = [
      new Repeating('tick', tickMs, () => this.tick(), log),
      new Repeating('refresh', refreshMs, () => this.collector.refresh(this.conductor), log),
      new Repeating('rebalance', rebalanceMs, () => this.rebalance(), log),
      new Repeating('prune', PRUNE_EVERY_MS, () => this.prune(), log),
    ];
  }

  /** State first, then messages out, then time. Before the first message is consumed. */
  async start(): Promise<void> {
    await this.conductor.start();
    await this.firstPicture();
    this.outbox.start();
    for (const timer of this.timers) timer.start();
  }

  /** The storage stays open: it is its opener's to close. */
  async stop(): Promise<void> {
    for (const timer of this.timers) await timer.stop();
    await this.conductor.idle();
    await this.outbox.stop();
  }

  work(): WorkFigures {
    return this.conductor.standing.figures;
  }

  inputsWaiting(): number {
    return this.conductor.waiting;
  }

  pictureAgeMs(): number | null {
    return this.conductor.standing.pictureAgeMs;
  }

  private async firstPicture(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FIRST_PICTURE_WAIT_MS);
    });
    await Promise.race([this.collector.refresh(this.conductor), enough]);
    clearTimeout(timer);
  }

  /** Time decides nothing while another conductor may lead. */
  private async tick(): Promise<void> {
    if (this.parts.leadership.mayAct()) await this.conductor.tick();
  }

  private async rebalance(): Promise<void> {
    if (this.parts.leadership.mayAct()) await this.conductor.rebalance();
  }

  private async unroutable(message: OutgoingMessage): Promise<void> {
    const { exchange, routingKey, envelope } = message;
    this.log.warn({ event: 'message.unroutable', type: envelope.type, exchange, routingKey });
    if (envelope.type === RestoreStepOrdered.type) {
      const { stepId } = envelope.data as OrderRestoreStep;
      return this.conductor.handle({ type: 'CommandUnroutable', attemptId: stepId });
    }
    if (envelope.type !== BackupStartOrdered.type) return;
    // Our own order, as we stored it: no need to validate it again.
    const { attemptId } = envelope.data as StartBackup;
    await this.conductor.handle({ type: 'CommandUnroutable', attemptId });
  }

  private async prune(): Promise<void> {
    const { inboxRetentionMs, runRetentionMs } = this.parts.config.timing;
    await pruneAll(this.storage, iso(Date.now() - inboxRetentionMs));
    for (let round = 0; round < PRUNE_ROUNDS_MAX; round += 1) {
      if (!(await pruneRuns(this.storage, Date.now() - runRetentionMs))) return;
    }
  }
}
