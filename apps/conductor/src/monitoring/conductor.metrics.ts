import {
  brokerChecks,
  brokerMetrics,
  storageChecks,
  storageMetrics,
  type Check,
  type Metrics,
  type WatchedBroker,
  type WatchedStorage,
} from '#service';
import type { WorkFigures } from '../domain/work-figures.js';
import type { ConductorCounts } from './counts.js';

/** From a decision about one report to one that plans for thousands of databases. */
const DECISION_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The longest that a decision may be under way before the conductor counts as stuck. The largest plans take a few seconds. */
const DECISION_STUCK_AFTER_MS = 30_000;

/** What only the conductor that acts has. */
export interface ActingConductor {
  work(): WorkFigures;
  /** Inputs that wait for their decision. */
  inputsWaiting(): number;
  /** Age of the last whole picture that the inventory gave; null: there was none yet. */
  pictureAgeMs(): number | null;
}

export interface WatchedConductor {
  readonly broker: WatchedBroker;
  readonly storage: WatchedStorage;
  readonly counts: ConductorCounts;
  /** Undefined while this conductor stands by. */
  acting(): ActingConductor | undefined;
}

export function conductorMetrics(metrics: Metrics, { broker, storage, counts, acting }: WatchedConductor): void {
  brokerMetrics(metrics, broker);
  storageMetrics(metrics, storage);
  const work = metrics.perScrape(() => acting()?.work());
  metrics.gauge({ name: 'dag_runs', help: 'Runs that are not over.', labels: ['kind', 'status'] }, () =>
    (work()?.runs ?? []).map(({ of, count }) => ({ labels: of, value: count })),
  );
  metrics.gauge({ name: 'dag_tasks', help: 'Tasks of the runs that are not over.', labels: ['kind', 'status'] }, () => {
    const { backupTasks = [], restoreTasks = [] } = work() ?? {};
    const sample = (kind: string) => (each: { readonly of: string; readonly count: number }) => ({
      labels: { kind, status: each.of },
      value: each.count,
    });
    return [...backupTasks.map(sample('backup')), ...restoreTasks.map(sample('restore'))];
  });
  metrics.gauge(
    { name: 'dag_member_work', help: 'Backups and restores at work on a member.', labels: ['member'] },
    () => (work()?.members ?? []).map(({ member, running }) => ({ labels: { member }, value: running })),
  );
  metrics.gauge(
    {
      name: 'dag_member_work_limit',
      help: 'How many of them may be at once; nothing where there is no limit.',
      labels: ['member'],
    },
    () =>
      (work()?.members ?? []).flatMap(({ member, limit }) =>
        limit === null ? [] : [{ labels: { member }, value: limit }],
      ),
  );
  metrics.gauge(
    { name: 'dag_members_drained', help: 'Members that get no new work, because somebody drained them.' },
    () => work()?.drainedMembers ?? null,
  );
  metrics.gauge({ name: 'dag_alarms', help: 'Standing alarms.', labels: ['kind'] }, () =>
    (work()?.alarms ?? []).map(({ of, count }) => ({ labels: { kind: of }, value: count })),
  );
  metrics.gauge(
    {
      name: 'dag_inventory_picture_age_seconds',
      help: 'Age of the last whole picture that the inventory gave the conductor.',
    },
    () => {
      const ageMs = acting()?.pictureAgeMs() ?? null;
      return ageMs === null ? null : ageMs / 1_000;
    },
  );
  metrics.gauge(
    { name: 'dag_inputs_waiting', help: 'Messages, answers and timers that wait for their decision.' },
    () => acting()?.inputsWaiting() ?? null,
  );
  countMetrics(metrics, counts);
}

function countMetrics(metrics: Metrics, counts: ConductorCounts): void {
  const ends = (list: ConductorCounts['attempts']) => () =>
    list.list().map(({ outcome, failure, count }) => ({ labels: { outcome, failure }, value: count }));
  metrics.counter(
    { name: 'dag_attempts_ended_total', help: 'Attempts at backups that ended.', labels: ['outcome', 'failure'] },
    ends(counts.attempts),
  );
  metrics.counter(
    { name: 'dag_restore_steps_ended_total', help: 'Steps of restores that ended.', labels: ['outcome', 'failure'] },
    ends(counts.steps),
  );
  metrics.counter({ name: 'dag_runs_ended_total', help: 'Runs that ended.', labels: ['kind', 'status'] }, () =>
    [...counts.runsEnded.values()].map(({ kind, status, count }) => ({ labels: { kind, status }, value: count })),
  );
  metrics.counter(
    { name: 'dag_leases_total', help: "Answers to agents' asking for leases.", labels: ['verdict'] },
    () => [
      { labels: { verdict: 'granted' }, value: counts.leasesGranted },
      { labels: { verdict: 'refused' }, value: counts.leasesRefused },
    ],
  );
  metrics.counter(
    { name: 'dag_inputs_decided_total', help: 'Messages, answers and timers that were decided.' },
    () => counts.inputs,
  );
  const tell = metrics.histogram(
    {
      name: 'dag_decision_seconds',
      help: 'Time to decide and to store; inputs that came together are decided together.',
    },
    DECISION_BUCKETS_SECONDS,
  );
  counts.onDecided = (seconds) => tell({}, seconds);
}

/** What this conductor needs to do its work, or to stand by for it. */
export function conductorChecks({ broker, storage, counts }: WatchedConductor): readonly Check[] {
  return [
    ...brokerChecks(broker),
    ...storageChecks(storage),
    {
      name: 'decisions',
      look: () => {
        const { decidingForMs } = counts;
        return decidingForMs === null || decidingForMs < DECISION_STUCK_AFTER_MS
          ? { ok: true, detail: `${counts.inputs} inputs were decided` }
          : { ok: false, detail: `a decision has been under way for ${Math.round(decidingForMs / 1_000)} s` };
      },
    },
  ];
}
