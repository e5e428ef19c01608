import { brokerChecks, brokerMetrics, type Check, type Metrics, type WatchedBroker } from '#service';
import type { LiveFigures } from '../live/live-hub.js';
import type { ConsoleCounts } from './counts.js';

const SECONDS_BUCKETS = [0.01, 0.05, 0.25, 1, 5];
/** How long an answer of the inventory counts as one of lately. */
const ANSWERED_LATELY_MS = 10_000;
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'DELETE'];

export interface WatchedConsole {
  readonly broker: WatchedBroker;
  readonly counts: ConsoleCounts;
  live(): LiveFigures;
  /** A small question to the inventory. */
  askInventory(): Promise<unknown>;
}

export function consoleMetrics(metrics: Metrics, { broker, counts, live }: WatchedConsole): void {
  brokerMetrics(metrics, broker);
  metrics.gauge({ name: 'dag_live_views', help: 'Live views that are open.', labels: ['view'] }, () => {
    const { overviewViewers, runViewers } = live();
    return [
      { labels: { view: 'overview' }, value: overviewViewers },
      { labels: { view: 'run' }, value: runViewers },
    ];
  });
  metrics.counter(
    { name: 'dag_live_bytes_total', help: 'Bytes that were sent to live views.' },
    () => counts.liveBytes,
  );
  metrics.counter(
    { name: 'dag_sign_ins_refused_total', help: 'Tries to sign in that were refused.', labels: ['reason'] },
    () => [...counts.signInsRefused].map(([reason, value]) => ({ labels: { reason }, value })),
  );
  const answered = metrics.histogram(
    {
      name: 'dag_http_request_seconds',
      help: 'Time to answer a request; live views are not among them.',
      labels: ['method', 'route', 'status'],
    },
    SECONDS_BUCKETS,
  );
  counts.onAnswered = ({ method, route, status, seconds }) =>
    answered(
      { method: METHODS.includes(method) ? method : 'other', route, status: `${Math.floor(status / 100)}xx` },
      seconds,
    );
  const looked = metrics.histogram(
    { name: 'dag_look_seconds', help: 'Time of the looks that live views are made from.', labels: ['of', 'outcome'] },
    SECONDS_BUCKETS,
  );
  counts.onLook = ({ of, isAnswered, seconds }) => looked({ of, outcome: isAnswered ? 'answered' : 'failed' }, seconds);
}

/** The console can be used: the broker takes its questions, and the inventory, without which nobody gets in, answers. */
export function consoleChecks(
  { broker, askInventory }: WatchedConsole,
  nowMs: () => number = () => performance.now(),
): readonly Check[] {
  let answeredAtMs: number | null = null;
  return [
    ...brokerChecks(broker),
    {
      name: 'inventory',
      look: async () => {
        if (answeredAtMs === null || nowMs() - answeredAtMs >= ANSWERED_LATELY_MS) {
          await askInventory();
          answeredAtMs = nowMs();
        }
        return { ok: true, detail: `it answered within the last ${ANSWERED_LATELY_MS / 1_000} s` };
      },
    },
  ];
}
