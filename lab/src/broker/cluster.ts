import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, signalProcess, type ProcessIdentity } from '../supervisor/process-identity.js';
import { bootNode, READY_WITHIN_MS, startNameServer, type Started } from './boot.js';
import { ManagementApi } from './management.js';
import { ADMIN, writeNodeFiles, type NodePlan } from './node-files.js';
import { pickPorts } from './ports.js';
import { WayFailed, type BrokerProgram, type Environment } from './types.js';

export const CLUSTER_NODES = 3;
const POLL_MS = 250;
const PROBE_TIMEOUT_MS = 3_000;
const END_GRACE_MS = 10_000;
const PORT_TRIES = 20;
const LOG_TAIL_CHARACTERS = 1_000;

interface Node extends NodePlan {
  readonly amqpUrl: string;
  readonly managementUrl: string;
}

/** Three brokers that are one, each a process of this machine; for tests that kill one of them. */
export class BrokerCluster {
  private readonly processes = new Map<string, ProcessIdentity>();

  private constructor(
    private readonly nodes: readonly Node[],
    private readonly nameServer: Started,
    private readonly env: Environment,
  ) {}

  /** Starts all nodes at once: each waits for the others, which its configuration names. */
  static async start(directory: string, program: BrokerProgram, env: Environment): Promise<BrokerCluster> {
    const nodes = await planNodes(directory, program);
    const [first] = nodes;
    if (first === undefined) throw new Error('a cluster has at least one node');
    const cluster = new BrokerCluster(nodes, startNameServer(first, env), env);
    try {
      const booted = await Promise.allSettled(nodes.map((node) => cluster.boot(node)));
      for (const outcome of booted) if (outcome.status === 'rejected') throw outcome.reason;
      await cluster.whenTogether();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** One URL for each node, with commas between them, as services take it. */
  get amqpUrl(): string {
    return this.nodes.map(({ amqpUrl }) => amqpUrl).join(',');
  }

  get nodeNames(): readonly string[] {
    return this.nodes.map(({ nodeName }) => nodeName);
  }

  /** The management API of a node that runs. */
  get managementUrl(): string {
    const node = this.nodes.find(({ nodeName }) => this.processes.has(nodeName));
    if (node === undefined) throw new Error('no node of the cluster runs');
    return node.managementUrl;
  }

  /** SIGKILL. */
  kill(nodeName: string): void {
    const identity = this.processes.get(this.node(nodeName).nodeName);
    if (identity === undefined || !signalProcess(identity, 'SIGKILL'))
      throw new Error(`the node ${nodeName} does not run`);
    this.processes.delete(nodeName);
  }

  /** Starts a node that was killed, with its data; fulfils when the others count it as one of them again. */
  async startAgain(nodeName: string): Promise<void> {
    await this.boot(this.node(nodeName));
    await this.whenTogether();
  }

  /** Ends every process of it; the data need not survive. */
  async stop(): Promise<void> {
    const identities = [...this.processes.values()];
    if (this.nameServer.identity !== null) identities.push(this.nameServer.identity);
    for (const identity of identities) signalProcess(identity, 'SIGKILL');
    await Promise.all(identities.map((identity) => endProcess(identity, END_GRACE_MS)));
  }

  private async boot(node: Node): Promise<void> {
    const outcome = await bootNode(node, this.nameServer, node.managementUrl, this.env);
    if (outcome.kind === 'failed') {
      const said = outcome.output.slice(-LOG_TAIL_CHARACTERS).trim();
      throw new WayFailed(`the node ${node.nodeName} ${outcome.reason}: ${said}`);
    }
    this.processes.set(node.nodeName, outcome.process);
  }

  /** Until every node's own API counts all of them as running. */
  private async whenTogether(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (const { nodeName, managementUrl } of this.nodes) {
      for (;;) {
        const running = await runningNodes(managementUrl);
        if (running === this.nodes.length) break;
        if (performance.now() > deadline)
          throw new WayFailed(
            `the node ${nodeName} counts ${running} of ${this.nodes.length} nodes after ${READY_WITHIN_MS / 1_000} s`,
          );
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
  }

  private node(name: string): Node {
    const node = this.nodes.find(({ nodeName }) => nodeName === name);
    if (node === undefined) throw new Error(`the cluster has no node "${name}"; it has ${this.nodeNames.join(', ')}`);
    return node;
  }
}

/** Every node has its folder, ports and name; they share the name server's port, the password, and Erlang's cookie. */
async function planNodes(directory: string, program: BrokerProgram): Promise<readonly Node[]> {
  const password = randomBytes(18).toString('hex');
  const cookie = randomBytes(16).toString('hex');
  const suffix = randomBytes(4).toString('hex');
  const nodes: Node[] = [];
  for (let number = 1; number <= CLUSTER_NODES; number += 1) {
    const ports = await portsApart(nodes);
    const address = `${ADMIN}:${password}@127.0.0.1`;
    nodes.push({
      directory: join(directory, `node-${number}`),
      program,
      nodeName: `dag-lab-${suffix}-${number}@localhost`,
      ports: { ...ports, epmd: nodes[0]?.ports.epmd ?? ports.epmd },
      amqpUrl: `amqp://${address}:${ports.amqp}/%2F`,
      managementUrl: `http://${address}:${ports.management}`,
    });
  }
  for (const node of nodes) {
    writeNodeFiles(node, password, settingsOf(nodes));
    // Before the first start: nodes that each made a cookie of their own would not let each other in.
    mkdirSync(join(node.directory, 'home'), { recursive: true });
    writeFileSync(join(node.directory, 'home', '.erlang.cookie'), cookie, { mode: 0o400 });
  }
  return nodes;
}

function settingsOf(nodes: readonly Node[]): readonly string[] {
  return [
    // Else all queues would be led by the node that declared them.
    'queue_leader_locator = balanced',
    'cluster_partition_handling = pause_minority',
    'cluster_formation.peer_discovery_backend = classic_config',
    ...nodes.map(({ nodeName }, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${nodeName}`),
  ];
}

/** Free ports that no other node of this cluster was given, for none of them listens yet. */
async function portsApart(nodes: readonly Node[]): Promise<NodePlan['ports']> {
  for (let attempt = 0; attempt < PORT_TRIES; attempt += 1) {
    const ports = await pickPorts();
    if (nodes.every((node) => ports.amqp > node.ports.cliLast || ports.cliLast < node.ports.amqp)) return ports;
  }
  throw new WayFailed(`found no free ports for ${CLUSTER_NODES} brokers in ${PORT_TRIES} tries`);
}

async function runningNodes(managementUrl: string): Promise<number> {
  const answer = await new ManagementApi(managementUrl).read('/api/nodes', PROBE_TIMEOUT_MS).catch(() => null);
  if (!Array.isArray(answer)) return 0;
  return answer.filter(
    (node: unknown) => typeof node === 'object' && node !== null && 'running' in node && node.running === true,
  ).length;
}
