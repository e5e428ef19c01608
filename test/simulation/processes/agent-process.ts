import type { Heartbeat, LeaseReply, ReportedDatabase } from '#contracts';
import { Agent } from '../../../apps/node-agent/src/agent/agent.js';
import { StandingWarnings } from '../../../apps/node-agent/src/agent/warnings.js';
import type { AttemptLimits } from '../../../apps/node-agent/src/domain/attempt.js';
import type { JournalRecord } from '../../../apps/node-agent/src/domain/journal-records.js';
import type { BackupClient, ClientExit } from '../../../apps/node-agent/src/ports/backup-client.js';
import type { Clock } from '../../../apps/node-agent/src/ports/clock.js';
import type { ExchangeHost } from '../../../apps/node-agent/src/ports/exchange-host.js';
import type { Journal } from '../../../apps/node-agent/src/ports/journal.js';
import type { Results } from '../../../apps/node-agent/src/ports/results.js';
import { SimChanges } from '../surroundings/changes.js';
import type { SimRestores } from '../surroundings/restores.js';
import type { Network, Queue } from '../surroundings/broker.js';
import { MACHINE, type SimProcess } from '../surroundings/process.js';
import type { SimExchange } from '../surroundings/exchange.js';
import type { Random } from '../surroundings/random.js';
import type { AgentOrder } from '../surroundings/stores.js';
import type { ConductorMessage } from './conductor-inbox.js';
import type { InventoryMessage } from './inventory-process.js';

export interface AgentSurroundings {
  readonly member: string;
  readonly process: SimProcess;
  readonly network: Network;
  readonly random: Random;
  readonly exchange: SimExchange;
  readonly restores: SimRestores;
  readonly orders: Queue<AgentOrder>;
  readonly conductorInbox: Queue<ConductorMessage>;
  readonly inventoryInbox: Queue<InventoryMessage>;
  readonly limits: AttemptLimits;
  heartbeat(heartbeat: Heartbeat): Promise<LeaseReply>;
  /** How long the next backup takes and how it ends. */
  nextBackup(): { readonly durationMs: number; readonly exitCode: number };
  /** For broken variants. */
  readonly isBlindToLock?: boolean;
  readonly isBlindToRecoveries?: boolean;
  readonly forgetsJournal?: boolean;
  readonly breakLeases?: boolean;
}

const HEARTBEAT_MS = 2_000;
const POLL_MS = 15_000;
const BYTES = '1000';
const NO_DATABASE_EXIT_CODE = 419;
const A_DAY_MS = 86_400_000;
const SILENT = { info: () => undefined, warn: () => undefined };

/** The production agent of one member on simulated surroundings. Its journal outlives it; its tdpexcc may, too. */
export class AgentProcess {
  private readonly journal: JournalRecord[] = [];
  private reports = 0;

  constructor(private readonly around: AgentSurroundings) {}

  begin(): void {
    const { process, member, orders, limits } = this.around;
    if (this.around.forgetsJournal) this.journal.length = 0;
    const agent = new Agent(
      {
        memberId: member,
        agentVersion: '1',
        storageServer: this.around.exchange.storageServerOf(member),
        pollMs: POLL_MS,
        heartbeatMs: HEARTBEAT_MS,
        catalogueMs: A_DAY_MS,
        journalRetentionMs: A_DAY_MS,
        limits,
      },
      {
        clock: this.clock(),
        host: this.host(),
        changes: new SimChanges(process, this.around.exchange, this.around.restores),
        client: this.client(),
        journal: this.journalPort(),
        results: this.results(),
        heartbeats: { send: (heartbeat) => this.around.heartbeat(heartbeat) },
        log: SILENT,
        warnings: new StandingWarnings(),
      },
    );
    agent.start();
    orders.consume(process, async ({ body }) => {
      if (body.kind === 'report') agent.reportState();
      else if (body.kind === 'start') await agent.startBackup(body.command);
      else if (body.kind === 'describe') await agent.describeAttempt(body.order);
      else if (body.kind === 'stop') await agent.stopBackup(body.order);
      else if (body.kind === 'step') await agent.orderStep(body.order);
      else if (body.kind === 'stopStep') await agent.stopStep(body.order);
      else await agent.describeStep(body.order);
    });
  }

  end(): void {
    this.around.orders.detach(this.around.process);
  }

  private clock(): Clock {
    const { process, random, exchange } = this.around;
    const { life, schedule } = process;
    // A monotonic clock begins anywhere, and begins again with each life of its machine's process.
    const offsetMs = random.int(1_000, 1_000_000);
    return {
      monotonicMs: () => schedule.nowMs + offsetMs,
      utcNow: () => exchange.utcNow(),
      setTimer: (delayMs, fire) => ({ cancel: schedule.after(delayMs, life, fire) }),
      uuid: () => random.uuid(),
    };
  }

  private host(): ExchangeHost {
    const { process, exchange, member, isBlindToLock, isBlindToRecoveries } = this.around;
    const { life, schedule } = process;
    return {
      describeServer: () =>
        process.call(() => ({
          name: member.toUpperCase(),
          fqdn: null,
          site: exchange.siteOf(member),
          version: '15.2',
          dag: { name: 'DAG1', members: exchange.members.map((each) => each.toUpperCase()) },
        })),
      listDatabases: () =>
        process.call(() => {
          const databases = exchange.databasesOf(member);
          const told = isBlindToRecoveries ? databases.map(asIfUnmounted) : databases;
          return { databases: told, warnings: [] };
        }, 60),
      getDatabase: (guid) =>
        process.call(() => {
          const found = exchange.databasesOf(member).find((database) => database.guid === guid) ?? null;
          return found && isBlindToLock ? { ...found, backupInProgress: false } : found;
        }, 60),
      onDatabaseMoved: (listener) => {
        exchange.listen(member, (hint) => schedule.after(0, life, () => listener(hint)));
      },
    };
  }

  private client(): BackupClient {
    const { process, exchange, restores, member, nextBackup, random } = this.around;
    const { life, schedule } = process;
    return {
      restore: ({ jobId, into }, onProgress) => {
        let onExit: (exit: ClientExit) => void = () => undefined;
        const exited = new Promise<ClientExit>((resolve) => {
          onExit = resolve;
        });
        const database = 'database' in into ? exchange.find(into.database) : undefined;
        const asked = { jobId, member, ...nextBackup() };
        const ended = (exitCode: number | null): void => {
          schedule.after(random.int(0, 50), life, () => onExit({ exitCode, bytesDone: BYTES, lastLines: [] }));
        };
        const session = database
          ? restores.start(asked, database, ended)
          : restores.startElsewhere('database' in into ? { ...asked, exitCode: NO_DATABASE_EXIT_CODE } : asked, ended);
        schedule.after(1_000, life, () => onProgress('500'));
        return {
          pid: 4_712,
          exited,
          kill: () => {
            schedule.after(random.int(20, 600), MACHINE, () => session.end(null));
          },
        };
      },
      endOrphans: (jobId) =>
        process.call(() => {
          for (const session of restores.sessions) if (session.jobId.startsWith(jobId)) session.end(null);
        }, 500),
      describe: () => process.call(() => ({ client: { installed: true, version: '8.1' }, warning: null })),
      list: () => Promise.resolve({ kind: 'failed', problem: 'the simulation keeps no catalogue' }),
      start: ({ attemptId, databaseName }, onProgress) => {
        let onExit: (exit: ClientExit) => void = () => undefined;
        const exited = new Promise<ClientExit>((resolve) => {
          onExit = resolve;
        });
        const session = exchange.start(
          { attemptId, databaseName, member, owner: life, ...nextBackup() },
          (exitCode) => {
            schedule.after(random.int(0, 50), life, () => onExit({ exitCode, bytesDone: BYTES, lastLines: [] }));
          },
        );
        schedule.after(1_000, life, () => onProgress('500'));
        return {
          pid: 4_711,
          exited,
          kill: () => {
            session.isKilled = true;
            // A killed process lets go of the disk first; this takes the machine a moment, whatever the agent does meanwhile.
            schedule.after(random.int(20, 600), MACHINE, () => session.end(null));
          },
        };
      },
    };
  }

  private journalPort(): Journal {
    const { process } = this.around;
    return {
      records: [...this.journal],
      append: (record) =>
        process.call(() => {
          if (process.refusesWrites) throw new Error('no space left on device');
          this.journal.push(record);
        }),
      compact: () => Promise.resolve(),
    };
  }

  private results(): Results {
    const { process, network, member, conductorInbox, inventoryInbox } = this.around;
    const nextId = (): string => `${member}-report-${++this.reports}`;
    return {
      // The id is made from the content, as the production adapter does: the same word said twice is the same message.
      attempt: (message) =>
        network.publish(process, conductorInbox, {
          id: `${member}/${message.data.attemptId}/${message.kind}`,
          body: { kind: 'attempt', message },
        }),
      report: (report) => network.publish(process, inventoryInbox, { id: nextId(), body: { kind: 'report', report } }),
      step: (message) =>
        network.publish(process, conductorInbox, {
          id: `${member}/${message.data.stepId}/${message.kind}`,
          body: { kind: 'step', message },
        }),
      backups: () => Promise.resolve(),
      moved: (observation) =>
        network.publish(process, inventoryInbox, { id: nextId(), body: { kind: 'move', observation } }),
    };
  }
}

function asIfUnmounted(database: ReportedDatabase): ReportedDatabase {
  return database.recovery ? { ...database, mounted: false } : database;
}
