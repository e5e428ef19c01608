import type { World } from '../../apps/conductor/src/domain/world.js';
import type { TaskState } from '../../apps/conductor/src/domain/run.state.js';
import { isOpenTask, type RestoreTaskState } from '../../apps/conductor/src/restore/restore.state.js';
import { fullOf } from '../../apps/conductor/src/testing/sim-databases.js';
import { isFinalRunStatus, isFinalTaskStatus, type Heartbeat } from '#contracts';
import { memoryOf } from './memory-of.js';
import type { Variant } from './broken.js';
import { Checker, type Violation } from './checks/checker.js';
import { conductorsOf, faultsOf, type Fault } from './faults.js';
import { bringAbout, type FaultReach } from './happenings.js';
import { actionsOf } from './operators.js';
import { AgentProcess } from './processes/agent-process.js';
import { ConductorProcess } from './processes/conductor-process.js';
import type { ConductorMessage } from './processes/conductor-inbox.js';
import { InventoryProcess, type InventoryMessage } from './processes/inventory-process.js';
import { backupRequests, makeSomeStandalone, restoreRequests, type Sent } from './requests.js';
import { AGENT, CONDUCTOR, CONDUCTOR_TICK_MS, DRAIN_MAX_MS, INVENTORY, STEPS_MAX } from './settings.js';
import { Network, Queue } from './surroundings/broker.js';
import { SimExchange, SITES, STORAGE_SERVERS } from './surroundings/exchange.js';
import { SimRestores } from './surroundings/restores.js';
import { MACHINE, SimProcess } from './surroundings/process.js';
import { streamOf, type Random } from './surroundings/random.js';
import { Schedule } from './surroundings/schedule.js';
import { RunData, type AgentOrder } from './surroundings/stores.js';

export interface SimulationOptions {
  readonly seed: number;
  readonly members: number;
  readonly databases: number;
  /** Instead of the faults of the seed. */
  readonly faults?: readonly Fault[];
  /** A product broken on purpose. */
  readonly variant?: Variant;
  /** Restores are asked for, too. */
  readonly hasRestores?: boolean;
  /** Keeps every noteworthy thing that happened, as lines. */
  readonly isTraced?: boolean;
}

export interface SimulationResult {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly violation: Violation | null;
  readonly virtualMs: number;
  readonly steps: number;
  readonly runs: number;
  readonly tasks: Readonly<Record<string, number>>;
  readonly attempts: number;
  /** Databases whose restore ended, however. */
  readonly restores: number;
  readonly trace: readonly string[];
}

const HEARTBEAT_TIMEOUT_MS = 10_000;
const TRACE_MAX = 5_000;
/** As the contracts spell it. */
const DAG = 'dag1';

/** One world of one seed: production conductor, inventory and agents on simulated surroundings. */
export class Simulation {
  readonly schedule: Schedule;
  readonly exchange: SimExchange;
  readonly checker: Checker;
  private readonly restores: SimRestores;
  readonly faults: readonly Fault[];
  private readonly processes = new Map<string, SimProcess>();
  private readonly agents = new Map<string, AgentProcess>();
  private readonly conductors: readonly ConductorProcess[];
  private readonly data = new RunData();
  /** The conductor that committed last. */
  private acting: ConductorProcess | null = null;
  private heartbeats = 0;
  private readonly inventory: InventoryProcess;
  private readonly network: Network;
  private readonly conductorInbox: Queue<ConductorMessage>;
  private readonly trace: string[] = [];
  private readonly latencies: Random;
  private readonly work: Random;
  private readonly requested: string[] = [];
  private lastEventMs = 0;
  private sessions = 0;

  constructor(private readonly options: SimulationOptions) {
    const { seed, members, databases, variant } = options;
    const names = Array.from({ length: members }, (_, index) => `ex${String(index + 1).padStart(2, '0')}`);
    this.faults = options.faults ?? [
      ...faultsOf(seed, { members: names, databases }),
      ...actionsOf(seed, { members: names, sites: SITES, storageServers: STORAGE_SERVERS, dag: DAG }),
      ...(variant?.moreFaults?.(seed, names) ?? []),
    ];
    this.latencies = streamOf(seed, 2);
    this.work = streamOf(seed, 3);
    this.schedule = new Schedule(streamOf(seed, 4));
    const { schedule } = this;
    this.checker = new Checker(
      CONDUCTOR,
      (member, databaseGuid) => ({ ...this.exchange.placeOf(member, databaseGuid), member, dag: DAG }),
      () => schedule.nowMs,
      () => this.picture(),
      () => this.exchange,
    );
    this.exchange = new SimExchange(names, databases, schedule, streamOf(seed, 5), this.checker, this.note);
    if (options.hasRestores) makeSomeStandalone(this.exchange, databases, streamOf(seed, 9));
    this.restores = new SimRestores(
      schedule,
      streamOf(seed, 8),
      this.checker,
      (member) => this.exchange.downMembers.has(member),
      () => this.exchange.databases,
      this.note,
    );
    this.network = new Network(schedule, this.latencies, this.faults);
    this.conductorInbox = new Queue<ConductorMessage>(schedule, this.latencies);
    const inventoryInbox = new Queue<InventoryMessage>(schedule, this.latencies);
    const agentQueues = new Map(names.map((name) => [name, new Queue<AgentOrder>(schedule, this.latencies)]));
    const common = { network: this.network, conductorInbox: this.conductorInbox, agentQueues };
    this.inventory = new InventoryProcess({
      ...common,
      inbox: inventoryInbox,
      settings: INVENTORY,
      process: this.process('inventory', () => this.inventory),
    });
    const conductorNames = conductorsOf(seed, variant?.hasStandby);
    this.conductors = conductorNames.map((name) => {
      const conductor: ConductorProcess = new ConductorProcess({
        network: this.network,
        inbox: this.conductorInbox,
        agentQueues,
        settings: { ...CONDUCTOR, ...variant?.settings },
        tickMs: variant?.conductorTickMs ?? CONDUCTOR_TICK_MS,
        process: this.process(name, () => conductor),
        data: this.data,
        isOneOfSeveral: conductorNames.length > 1,
        askInventory: (query, timeoutMs) =>
          this.network.ask(this.named(name), this.named('inventory'), timeoutMs, () => this.inventory.snapshot(query)),
        backups: () => this.exchange.databases.filter(({ recovery }) => !recovery).map((each) => fullOf(each)),
        onCommit: (commit) => {
          this.acting = conductor;
          this.checker.committed(commit);
          for (const { event } of commit.maintenance) this.note(() => `${name}: ${inShort(event)}`);
          for (const { event } of commit.events) this.note(() => `${name}: ${inShort(event)}`);
        },
        ...(variant?.isEpochUnchecked ? { isEpochUnchecked: true } : {}),
        ...(variant?.breakConductor ? { breakIt: variant.breakConductor } : {}),
        ...(variant?.breakMessage ? { breakMessage: variant.breakMessage } : {}),
      });
      return conductor;
    });
    for (const [member, orders] of agentQueues) {
      const process = this.process(`agent ${member}`, () => this.agents.get(member));
      const agent = new AgentProcess({
        member,
        process,
        network: this.network,
        random: this.latencies,
        exchange: this.exchange,
        restores: this.restores,
        orders,
        conductorInbox: this.conductorInbox,
        inventoryInbox,
        limits: AGENT,
        heartbeat: (heartbeat) => this.heartbeat(process, heartbeat),
        nextBackup: () => this.nextBackup(),
        ...variant?.agent,
      });
      this.agents.set(member, agent);
    }
  }

  async run(): Promise<SimulationResult> {
    const { schedule, checker } = this;
    for (const process of this.processes.values()) process.begin();
    const { options, exchange } = this;
    const asked = [...backupRequests(options), ...(options.hasRestores ? restoreRequests(options, exchange) : [])];
    for (const message of asked) this.send(message);
    for (const fault of this.faults) bringAbout(fault, this.reach());
    while (checker.violation === null && schedule.steps < STEPS_MAX) {
      if (!(await schedule.step())) break;
      checker.restores.passed(this.isConducted());
      if (schedule.nowMs > this.lastEventMs && this.isDone()) break;
      if (schedule.nowMs > this.lastEventMs + DRAIN_MAX_MS) break;
    }
    if (checker.violation === null) checker.finished(this.open());
    return this.result();
  }

  private readonly note = (what: () => string): void => {
    if (!this.options.isTraced || this.trace.length >= TRACE_MAX) return;
    this.trace.push(`${(this.schedule.nowMs / 1_000).toFixed(3).padStart(9)} s  ${what()}`);
  };

  private process(name: string, service: () => { begin(): void; end(): void } | undefined): SimProcess {
    const made = new SimProcess(
      name,
      this.schedule,
      this.latencies,
      () => service()?.begin(),
      () => service()?.end(),
      this.faults,
      this.note,
    );
    this.processes.set(name, made);
    return made;
  }

  private readonly named = (name: string): SimProcess => {
    const found = this.processes.get(name);
    if (!found) throw new Error(`the simulation has no process ${name}`);
    return found;
  };

  /** The agent asks over the network; the inventory hears the same heartbeat by its own way. */
  private heartbeat(from: SimProcess, heartbeat: Heartbeat) {
    const inventory = this.named('inventory');
    if (!from.isCut && !inventory.isCut) {
      this.schedule.after(this.latencies.int(1, 8), inventory.life, () => this.inventory.hear(heartbeat));
    }
    // Each conductor that consumes the queue gets its share, also one that froze and does not know that it was replaced.
    const listening = this.conductors.filter(({ isListening }) => isListening);
    const conductor = listening[this.heartbeats++ % Math.max(1, listening.length)] ?? this.conductors[0];
    if (!conductor) throw new Error('the simulation has no conductor');
    return this.network.ask(from, conductor.process, HEARTBEAT_TIMEOUT_MS, () => conductor.heartbeat(heartbeat));
  }

  private nextBackup(): { durationMs: number; exitCode: number } {
    this.sessions += 1;
    const fails = this.faults.some((fault) => fault.kind === 'clientFails' && fault.session === this.sessions);
    return { durationMs: this.work.int(1_500, 25_000), exitCode: fails ? 402 : 0 };
  }

  private reach(): FaultReach {
    return { exchange: this.exchange, process: this.named, at: this.at, send: this.send, note: this.note };
  }

  private readonly send = ({ atMs, id, body }: Sent): void => {
    if (body.kind === 'request' || body.kind === 'restore') this.requested.push(id);
    this.at(atMs, () => this.conductorInbox.put({ id, body }));
  };

  private readonly at = (atMs: number, happen: () => void): void => {
    this.lastEventMs = Math.max(this.lastEventMs, atMs);
    this.schedule.after(atMs - this.schedule.nowMs, MACHINE, happen);
  };

  private picture(): World | null {
    const { newest } = this.acting ?? { newest: null };
    return newest && memoryOf(newest).world;
  }

  /** A conductor is there that hears, can send and can store. */
  private isConducted(): boolean {
    return this.conductors.some(({ isListening, process }) => {
      const { life, isCut, refusesWrites } = process;
      return isListening && life.alive && life.frozenUntilMs <= this.schedule.nowMs && !isCut && !refusesWrites;
    });
  }

  private isDone(): boolean {
    return this.exchange.sessions.size === 0 && this.restores.sessions.size === 0 && this.open().length === 0;
  }

  private open(): readonly string[] {
    const runs = this.data.all();
    const unknown = this.requested.filter((requestId) => !runs.some((run) => run.requestId === requestId));
    return [
      ...unknown.map((requestId) => `${requestId}: no run`),
      ...runs.flatMap((run) =>
        isFinalRunStatus(run.status)
          ? []
          : [
              `run ${run.requestId} is ${run.status}`,
              ...[...run.tasks.values()]
                .filter(isOpenOfEither)
                .map(({ databaseName, status, reason }) => `${databaseName} is ${status} (${reason})`),
            ],
      ),
    ];
  }

  private result(): SimulationResult {
    const tasks: Record<string, number> = {};
    let attempts = 0;
    for (const run of this.data.all()) {
      for (const task of run.tasks.values()) {
        tasks[task.status] = (tasks[task.status] ?? 0) + 1;
        attempts += 'attempts' in task ? task.attempts.length : 0;
      }
    }
    return {
      seed: this.options.seed,
      faults: this.faults,
      violation: this.checker.violation,
      virtualMs: this.schedule.nowMs,
      steps: this.schedule.steps,
      runs: this.data.runs.size,
      tasks,
      attempts,
      restores: this.checker.restores.restoresEnded,
      trace: this.trace,
    };
  }
}

function isOpenOfEither(task: TaskState | RestoreTaskState): boolean {
  return 'attempts' in task ? !isFinalTaskStatus(task.status) : isOpenTask(task);
}

function inShort(event: { readonly type: string }): string {
  const { type, ...rest } = event;
  const shown = Object.entries(rest).filter(([key]) => key !== 'runId' && key !== 'atMs' && key !== 'decision');
  return `${type} ${JSON.stringify(Object.fromEntries(shown)).slice(0, 300)}`;
}

export function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run();
}
