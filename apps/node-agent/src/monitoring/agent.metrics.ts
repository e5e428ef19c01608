import { brokerChecks, brokerMetrics, type Check, type Metrics, type Sample, type WatchedBroker } from '#service';
import type { HostFigures } from '../adapters/exchange-host/host-process.js';
import type { JournalFigures } from '../adapters/journal/file-journal.js';
import type { AgentFigures } from '../agent/agent.js';
import type { ClientCounts, ClientFigures } from './client-counts.js';

/** The Exchange host is two processes: one reads, and one changes, which is started with the first change. */
export interface NamedHost {
  readonly role: 'read' | 'change';
  readonly figures: HostFigures;
}

export interface WatchedAgent {
  readonly broker: WatchedBroker;
  readonly client: ClientCounts;
  agent(): AgentFigures;
  hosts(): readonly NamedHost[];
  journal(): JournalFigures;
}

export function agentMetrics(metrics: Metrics, { broker, client, agent, hosts, journal }: WatchedAgent): void {
  brokerMetrics(metrics, broker);
  metrics.gauge(
    { name: 'dag_agent_work', help: 'Attempts and steps of restores in hand.', labels: ['kind', 'state'] },
    () => agent().work.map(({ kind, state, count }) => ({ labels: { kind, state }, value: count })),
  );
  metrics.gauge(
    { name: 'dag_agent_results_waiting', help: 'Results that the broker does not have yet.' },
    () => agent().resultsWaiting,
  );
  metrics.gauge(
    { name: 'dag_agent_warnings', help: 'Standing warnings, as "dagctl members" shows them.' },
    () => agent().warnings,
  );
  metrics.gauge({ name: 'dag_journal_bytes', help: 'Size of the journal.' }, () => journal().sizeBytes);
  metrics.gauge({ name: 'dag_journal_writable', help: 'Whether the last record could be written.' }, () =>
    journal().isWritable ? 1 : 0,
  );
  hostMetrics(metrics, hosts);
  clientMetrics(metrics, () => client.list());
}

function hostMetrics(metrics: Metrics, hosts: WatchedAgent['hosts']): void {
  const labels = ['role'];
  const each = (read: (figures: HostFigures) => number) => (): readonly Sample[] =>
    hosts().map(({ role, figures }) => ({ labels: { role }, value: read(figures) }));
  metrics.gauge(
    { name: 'dag_exchange_host_up', help: 'Whether a process of the Exchange host runs and has answered.', labels },
    each(({ isAnswering }) => (isAnswering ? 1 : 0)),
  );
  metrics.counter(
    {
      name: 'dag_exchange_host_starts_total',
      help: 'Times that it was started; more than once: it died, hung, or talked nonsense.',
      labels,
    },
    each(({ starts }) => starts),
  );
  metrics.counter(
    {
      name: 'dag_exchange_host_timeouts_total',
      help: 'Requests that it did not answer in time, for which it was replaced.',
      labels,
    },
    each(({ timeouts }) => timeouts),
  );
  metrics.gauge(
    { name: 'dag_exchange_host_requests_waiting', help: 'Requests that wait for its answer.', labels },
    each(({ waiting }) => waiting),
  );
}

function clientMetrics(metrics: Metrics, clients: () => readonly ClientFigures[]): void {
  metrics.gauge({ name: 'dag_clients_running', help: 'Backup clients at work.', labels: ['kind'] }, () =>
    clients().map(({ work, running }) => ({ labels: { kind: work }, value: running })),
  );
  metrics.counter(
    {
      name: 'dag_clients_ended_total',
      help: 'Backup clients that ended; succeeded: with exit code 0.',
      labels: ['kind', 'outcome'],
    },
    () =>
      clients().flatMap(({ work, ends }) =>
        Object.entries(ends).map(([outcome, value]) => ({ labels: { kind: work, outcome }, value })),
      ),
  );
  metrics.counter({ name: 'dag_client_bytes_total', help: 'Bytes that backup clients moved.', labels: ['kind'] }, () =>
    clients().map(({ work, bytes }) => ({ labels: { kind: work }, value: bytes })),
  );
}

/** What this agent needs to take orders and to carry them out. */
export function agentChecks({ broker, hosts, journal }: WatchedAgent): readonly Check[] {
  return [
    ...brokerChecks(broker),
    {
      name: 'exchangeHost',
      look: () => {
        const silent = hosts().filter(({ figures }) => !figures.isAnswering);
        return silent.length === 0
          ? { ok: true, detail: 'it answers' }
          : {
              ok: false,
              detail: `no answer from the host that is to ${silent.map(({ role }) => role).join(' and to ')}`,
            };
      },
    },
    {
      name: 'journal',
      look: () =>
        journal().isWritable
          ? { ok: true, detail: `${journal().sizeBytes} bytes` }
          : { ok: false, detail: 'the last record could not be written: is its disk full, or read-only?' },
    },
  ];
}
