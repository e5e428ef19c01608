import { join } from 'node:path';
import { USER_PREFIX, memberUserName } from '#contracts';
import { labPaths } from './paths.js';
import { serviceFolder, type ServiceName } from './service-name.js';

/** How to start one process of the lab. */
export interface ServicePlan {
  readonly name: ServiceName;
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Content of the service's configuration file; absent for those that take none. */
  readonly config?: object;
  /** Other files that the service finds in its folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Products' services say `service.ready`; the lab's own engine works from its first moment. */
  readonly saysReady: boolean;
}

export interface LabMember {
  /** Id as the product folds it. */
  readonly id: string;
  /** As Exchange spells it. */
  readonly name: string;
  readonly hasClient: boolean;
  readonly storageServer: string;
}

export interface PlanInput {
  readonly directory: string;
  readonly root: string;
  readonly dagName: string;
  readonly members: readonly LabMember[];
  /** False where every service uses the one user of a broker that is not ours. */
  readonly verifySender: boolean;
  readonly managementUrl?: string;
  readonly timing: LabTiming;
  readonly withConsole: boolean;
}

/** Short against production's, so that a lost agent is seen within a demonstration. */
export interface LabTiming {
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  readonly pollMs: number;
  readonly parallelPerMember: number;
  /** A member not heard for this long counts as silent, for inventory and conductor alike. */
  readonly silentAfterMs: number;
  /** What the conductor waits beyond a lease. */
  readonly leaseMarginMs: number;
  /** How long a task waits for a change, e.g. for its only member: a service manager's restart fits well within. */
  readonly waitLimitMs: number;
}

export const LAB_TIMING: LabTiming = {
  leaseMs: 12_000,
  heartbeatMs: 1_500,
  pollMs: 2_000,
  parallelPerMember: 1,
  silentAfterMs: 6_000,
  leaseMarginMs: 1_000,
  waitLimitMs: 60_000,
};

/** The backup client's own configuration; on a real member its installation wrote it. */
const CLIENT_CONFIG_FILE = 'tdpexc.cfg';
const CLIENT_CONFIG = 'LANGuage ENU\nLOGPrune 60\nMOUNTWait Yes\n';

/** A lab's Exchange answers at once, and its files are small. */
const CONDUCTOR_RESTORE = { lookEveryMs: 1_000, stepBackoffMs: 500, stepBackoffMaxMs: 5_000 };

const CONDUCTOR_TIMING = {
  backoffMs: 1_000,
  backoffMaxMs: 8_000,
};
const RELEASE_WAIT_MS = 60_000;

/** File that holds the broker URL of a user, readable by its owner only. */
export function urlFile(directory: string, user: string): string {
  return join(labPaths(directory).secrets, `${user}.url`);
}

/** The user that people and schedulers use. */
export const API_USER = `${USER_PREFIX}api`;

/** Many services are on one machine, other labs' among them: each listens at whichever port is free, and says which in its log. */
const MONITORING = { port: 0 };

/** Every process of a lab, in starting order. */
export function planServices(input: PlanInput): readonly ServicePlan[] {
  const agents = input.members.filter((member) => member.hasClient).map((member) => agentPlan(input, member));
  const consoles = input.withConsole ? [consolePlan(input)] : [];
  return [enginePlan(input), inventoryPlan(input), conductorPlan(input), ...agents, ...consoles];
}

function enginePlan({ root, directory }: PlanInput): ServicePlan {
  const script = join(root, 'dist/lab/src/engine/main.js');
  return { name: 'engine', script, args: ['--lab', directory], env: {}, saysReady: false };
}

function inventoryPlan(input: PlanInput): ServicePlan {
  return servicePlan(input, 'inventory', 'inventory', {
    ...common(input, 'inventory', `${USER_PREFIX}inventory`),
    silentAfterMs: input.timing.silentAfterMs,
  });
}

function conductorPlan(input: PlanInput): ServicePlan {
  const { leaseMs, leaseMarginMs, silentAfterMs, waitLimitMs } = input.timing;
  return servicePlan(input, 'conductor', 'conductor', {
    ...common(input, 'conductor', `${USER_PREFIX}conductor`),
    limits: { parallelPerMember: input.timing.parallelPerMember },
    timing: { leaseMs, leaseMarginMs, silentAfterMs, waitLimitMs, ...CONDUCTOR_TIMING },
    restore: CONDUCTOR_RESTORE,
  });
}

/** On this machine only, at whichever port is free. */
function consolePlan(input: PlanInput): ServicePlan {
  const { broker } = common(input, 'console', API_USER);
  return servicePlan(input, 'console', 'console', { broker, port: 0, monitoring: MONITORING });
}

function agentPlan(input: PlanInput, member: LabMember): ServicePlan {
  const { root, directory, timing } = input;
  const name: ServiceName = `agent:${member.id}`;
  const plan = servicePlan(input, name, 'node-agent', {
    ...common(input, name, memberUserName(member.id)),
    member: member.name,
    storageServer: member.storageServer,
    pollMs: timing.pollMs,
    heartbeatMs: timing.heartbeatMs,
    releaseWaitMs: RELEASE_WAIT_MS,
    exchangeHost: {
      command: process.execPath,
      args: [join(root, 'dist/lab/src/exchange-host/main.js'), '--lab', directory, '--member', member.name],
    },
    tdpexcc: {
      command: process.execPath,
      args: [join(root, 'dist/lab/src/tdpexcc/main.js')],
      configFile: join(labPaths(directory).service(serviceFolder(name)), CLIENT_CONFIG_FILE),
      dagNode: input.dagName,
      // The emulated client writes UTC, so that a lab reads the same everywhere.
      timeZone: 'UTC',
    },
  });
  return {
    ...plan,
    env: { DAG_LAB_DIR: directory, DAG_LAB_MEMBER: member.name },
    files: { [CLIENT_CONFIG_FILE]: CLIENT_CONFIG },
  };
}

function servicePlan(input: PlanInput, name: ServiceName, app: string, config: object): ServicePlan {
  const script = join(input.root, 'dist/apps', app, 'src/main.js');
  const configFile = join(labPaths(input.directory).service(serviceFolder(name)), 'config.yaml');
  return { name, script, args: ['--config', configFile], env: {}, config, saysReady: true };
}

function common(
  input: PlanInput,
  name: ServiceName,
  user: string,
): { readonly broker: object; readonly dataDir: string; readonly monitoring: object } {
  return {
    broker: { urlFile: urlFile(input.directory, user), verifySender: input.verifySender },
    dataDir: join(labPaths(input.directory).service(serviceFolder(name)), 'data'),
    monitoring: MONITORING,
  };
}
