import type { MessageContract } from '../message.js';
import { bindingPattern } from '../message.js';
import { Queues } from '../topology/names.js';
import { covers } from '../topology/patterns.js';
import { serviceTopology } from '../topology/topology.js';

/** The roles on the wire, by the names of their broker users without the prefix; `node` is every member's agent. */
export const ROLES = ['api', 'conductor', 'inventory', 'node'] as const;
export type Role = (typeof ROLES)[number];

/** Types that another role sends than the exchange says. */
const SENDERS_BY_TYPE: Readonly<Record<string, readonly Role[]>> = {
  'dag.node.report-state.v1': ['inventory'],
  'dag.backups.list.v1': ['inventory'],
};

/** Who may send a message. `api` is everyone outside: the command line, schedulers, a person at the management page. */
export function sendersOf(contract: MessageContract): readonly Role[] {
  const own = SENDERS_BY_TYPE[contract.type];
  if (own) return own;
  switch (contract.exchange) {
    case 'dag.requests':
      return ['api'];
    case 'dag.queries':
      return contract.route === 'inventory' ? ['api', 'conductor'] : ['api'];
    case 'dag.commands':
    case 'dag.events':
      return ['conductor'];
    case 'dag.results':
    case 'dag.heartbeats':
      return ['node'];
    case 'dag.inventory':
      return ['inventory'];
    case 'dag.wait':
    case 'dag.redeliver':
    case 'dag.dlx':
    case 'dag.park':
    case 'dag.unrouted':
      throw new Error(`${contract.type}: no message of ours starts at ${contract.exchange}`);
    default: {
      const unknown: never = contract.exchange;
      throw new Error(`unknown exchange ${String(unknown)}`);
    }
  }
}

/** The queues that a message reaches, worked out from the topology's bindings. */
export function queuesOf(contract: MessageContract): readonly string[] {
  if (contract.exchange === 'dag.commands') return ['dag.node.{member}.commands'];
  const pattern = bindingPattern(contract);
  return serviceTopology()
    .bindings.filter((binding) => binding.exchange === contract.exchange && covers(binding.key, pattern))
    .map((binding) => binding.queue);
}

/** Who reads a message; the audit stream stands for every outside reader. */
export function readersOf(contract: MessageContract): readonly string[] {
  const readers = queuesOf(contract).map((queue) =>
    queue === Queues.audit ? 'audit' : (queue.split('.')[1] ?? queue),
  );
  return [...new Set(readers)].toSorted();
}
