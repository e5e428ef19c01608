import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  openBroker,
  startBrokerAgain,
  withVhost,
  type Environment,
  type ObtainedBroker,
  type Say,
} from '../broker/index.js';
import { worldStatus } from '../world/index.js';
import { messageOf } from './files.js';
import { brokerFor } from './lab-broker.js';
import { agentIds, keepLabRecord, labMembers, readLabRecord, type LabRecord } from './lab-record.js';
import { endOrphans } from './orphans.js';
import { checkoutRoot, labPaths } from './paths.js';
import { endProcess, signalProcess, waitForExit, type ProcessIdentity } from './process-identity.js';
import { provision, refuseUsedVhost, unprovision } from './provision.js';
import { parseServiceName, serviceFolder, type ServiceName } from './service-name.js';
import { API_USER, LAB_TIMING, planServices, urlFile, type LabMember, type LabTiming } from './service-plan.js';
import { ServiceProcess, type ServiceState } from './service-process.js';

const READY_WITHIN_MS = 90_000;
const BROKER = 'broker';
const STOP_WITHIN_MS = 15_000;
const FIRST_LINK_EVENT = 'console.first-link';
const MONITORING_EVENT = 'monitoring.ready';

export interface UpOptions {
  readonly directory: string;
  readonly say: Say;
  readonly env?: Environment;
  readonly signal?: AbortSignal;
  readonly timing?: Partial<LabTiming>;
  /** The web console, too; default: not. */
  readonly withConsole?: boolean;
}

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly state: ServiceState;
  readonly pid: number | null;
}

export interface DownOptions {
  readonly say: Say;
  /** The lab's folder will be deleted next. */
  readonly discard?: boolean;
}

/** A lab that was brought up: real services as separate processes, on a broker with a vhost of their own. */
export class Lab {
  private readonly services: ReadonlyMap<ServiceName, ServiceProcess>;
  /** What was killed here and may still be seen for a moment; starting it anew waits for its end. */
  private readonly dying = new Map<string, ProcessIdentity>();

  private constructor(
    readonly directory: string,
    private readonly record: LabRecord,
    private readonly members: readonly LabMember[],
    private readonly env: Environment,
  ) {
    const plans = planServices({
      directory,
      root: checkoutRoot(),
      dagName: worldStatus(directory).dag,
      members,
      ...record,
    });
    this.services = new Map(
      plans.map((plan) => [plan.name, new ServiceProcess(plan, labPaths(directory).service(serviceFolder(plan.name)))]),
    );
  }

  /** Gets a broker, provisions it, and starts every service. What was started is stopped again when it does not succeed. */
  static async up(options: UpOptions): Promise<Lab> {
    const { say, signal } = options;
    const env = options.env ?? process.env;
    const directory = resolve(options.directory);
    const members = labMembers(directory);
    const before = readLabRecord(directory);
    if (before?.up) throw new Error(`the lab in ${directory} is up already; "down" stops it`);
    const broker = await brokerFor(directory, say, env, signal);
    await refuseUsedVhost(broker);
    const vhost = before?.vhost ?? `dag-lab-${randomBytes(4).toString('hex')}`;
    const draft: LabRecord = {
      vhost,
      up: true,
      // Until the vhost is made it is not there to be deleted, which `down` copes with.
      ownVhost: broker.managementUrl !== undefined,
      verifySender: false,
      ...(broker.managementUrl === undefined ? {} : { managementUrl: broker.managementUrl }),
      timing: { ...LAB_TIMING, ...options.timing },
      withConsole: options.withConsole ?? false,
    };
    keepLabRecord(directory, draft);
    try {
      const made = await provision(directory, broker, vhost, agentIds(members), say);
      const record = { ...draft, ...made };
      keepLabRecord(directory, record);
      const lab = new Lab(directory, record, members, env);
      await lab.startAll(say, signal);
      return lab;
    } catch (error) {
      await new Lab(directory, draft, members, env).down({ say }).catch((second: unknown) => {
        say(`Stopping what was started did not succeed either: ${messageOf(second)}`);
      });
      throw error;
    }
  }

  /** The lab that another process brought up. */
  static open(directory: string, env: Environment = process.env): Lab {
    const absolute = resolve(directory);
    const members = labMembers(absolute);
    const record = readLabRecord(absolute);
    if (!record?.up) throw new Error(`the lab in ${absolute} is not up; start it with: npm run lab -- up ${directory}`);
    return new Lab(absolute, record, members, env);
  }

  static isUp(directory: string): boolean {
    return readLabRecord(directory)?.up ?? false;
  }

  get vhost(): string {
    return this.record.vhost;
  }

  /** The broker as people and schedulers may use it. */
  get apiUrl(): string {
    return readFileSync(this.apiUrlFile, 'utf8').trim();
  }

  get apiUrlFile(): string {
    return urlFile(this.directory, API_USER);
  }

  /** The lab's vhost with every right in it: what whoever made the vhost may do. */
  get adminUrl(): string {
    const broker = this.broker;
    if (broker === null) throw new Error(`the lab in ${this.directory} has no broker`);
    return this.record.ownVhost ? withVhost(broker.amqpUrl, this.record.vhost) : broker.amqpUrl;
  }

  get broker(): ObtainedBroker | null {
    return openBroker(labPaths(this.directory).broker, this.env);
  }

  /** Members with a client, thus with an agent. */
  get agentMembers(): readonly LabMember[] {
    return this.members.filter((member) => member.hasClient);
  }

  /** Where to open the console: a link that signs one in, once, while no token has been made. Waits until the console has told it. */
  consoleLink(signal?: AbortSignal): Promise<string> {
    return this.service('console').waitLogged(FIRST_LINK_EVENT, 'link', READY_WITHIN_MS, signal);
  }

  status(): readonly ServiceStatus[] {
    return [...this.services].map(([name, service]) => ({
      name,
      state: service.state(),
      pid: service.identity()?.pid ?? null,
    }));
  }

  /** Where a service tells of its health and metrics, by its own word; null: it does not run, or tells nobody. */
  monitoringUrl(name: string): string | null {
    const service = this.service(name);
    return service.identity() === null ? null : (service.lastLogged(MONITORING_EVENT, 'url') ?? null);
  }

  /** SIGKILL to the process itself and to no child of it: a backup client goes on without its agent, as in life. */
  kill(name: string): void {
    this.signal(name, 'SIGKILL');
  }

  freeze(name: string): void {
    this.signal(name, 'SIGSTOP');
  }

  thaw(name: string): void {
    this.signal(name, 'SIGCONT');
  }

  /** Starts a service that was killed, as a service manager would, and waits until it works. */
  async start(name: string, signal?: AbortSignal): Promise<void> {
    const dying = this.dying.get(this.fullName(name));
    if (dying !== undefined && !(await waitForExit(dying, STOP_WITHIN_MS))) {
      throw new Error(
        `${name} was killed and is still there after ${STOP_WITHIN_MS / 1_000} s; it was not started again`,
      );
    }
    if (isBroker(name)) return startBrokerAgain(labPaths(this.directory).broker, this.env);
    const service = this.service(name);
    const { logFrom } = service.start();
    await service.waitReady(logFrom, READY_WITHIN_MS, signal);
  }

  /** Stops everything that `up` started: agents first, the broker last. */
  async down({ say, discard = false }: DownOptions): Promise<void> {
    const waves = [(name: string) => name.startsWith('agent:'), (name: string) => name === 'conductor', () => true];
    for (const wave of waves) {
      const members = [...this.services].filter(([name]) => wave(name)).map(([, service]) => service);
      await Promise.all(members.map((service) => stopService(service, say)));
    }
    await endOrphans(this.directory);
    await this.leaveBroker(discard, say);
    keepLabRecord(this.directory, { ...this.record, up: false });
  }

  private async leaveBroker(discard: boolean, say: Say): Promise<void> {
    const broker = this.broker;
    if (broker === null) return;
    if (!broker.ownsBroker) {
      await unprovision(broker, this.record.vhost, this.record.ownVhost, agentIds(this.members)).catch(
        (error: unknown) => {
          say(`Could not clear up on the broker: ${messageOf(error)}`);
        },
      );
    }
    await broker.stop({ discard });
  }

  private async startAll(say: Say, signal?: AbortSignal): Promise<void> {
    say(`Starting ${this.services.size} processes: ${[...this.services.keys()].join(', ')}.`);
    const started = [...this.services.values()].map((service) => ({ service, ...service.start() }));
    await Promise.all(started.map(({ service, logFrom }) => service.waitReady(logFrom, READY_WITHIN_MS, signal)));
  }

  private signal(name: string, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
    const identity = isBroker(name) ? this.brokerProcess() : this.service(name).identity();
    if (identity === null || !signalProcess(identity, signal)) {
      throw new Error(`${name} does not run; "start" starts it`);
    }
    if (signal === 'SIGKILL') this.dying.set(this.fullName(name), identity);
  }

  private fullName(name: string): string {
    return isBroker(name) ? BROKER : this.service(name).plan.name;
  }

  private brokerProcess() {
    const record = this.broker?.record;
    if (record?.kind !== 'private') throw new Error('the broker is not a process of this lab’s own, and is left alone');
    return record.process;
  }

  private service(name: string): ServiceProcess {
    const known = [...this.services.keys()];
    const service = this.services.get(parseServiceName(name, known));
    if (service === undefined) throw new Error(`this lab has no service "${name}"; it has ${known.join(', ')}`);
    return service;
  }
}

async function stopService(service: ServiceProcess, say: Say): Promise<void> {
  const identity = service.identity();
  if (identity !== null && (await endProcess(identity, STOP_WITHIN_MS)) === 'killed') {
    say(
      `${service.plan.name} did not stop within ${STOP_WITHIN_MS / 1_000} s and was killed; its log is in ${service.folder}.`,
    );
  }
  service.forget();
}

function isBroker(name: string): boolean {
  return name.trim().toLowerCase() === BROKER;
}
