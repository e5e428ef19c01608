import {
  FailureError,
  RUN_LOG_PAGE,
  failure,
  type ExplainQuery,
  type Explanation,
  type RunList,
  type RunLogEntry,
  type RunView,
} from '#contracts';
import { isRestoreEvent, type ConductorEvent } from '../domain/conductor.events.js';
import { explanationOf } from '../domain/replay/explanation.js';
import type { RunEvent } from '../domain/run.events.js';
import type { RunState } from '../domain/run.state.js';
import { replayRestore, restoreLogOf, restoreSummaryOf, restoreViewOf } from '../restore/restore-views.js';
import type { RestoreRunState } from '../restore/restore.state.js';
import { logOf, replay, summaryOf, viewOf } from '../domain/views.js';
import type { RecordedEvent, RunStore } from './ports.js';
import type { Standing } from './standing.js';

const RUNS_DEFAULT = 20;

/** Answers about runs: unfinished ones from memory, finished ones from their history. */
export class RunQueries {
  constructor(
    private readonly standing: Standing,
    private readonly store: RunStore,
  ) {}

  async list(limit = RUNS_DEFAULT): Promise<RunList> {
    const ids = await this.store.latestRunIds(limit);
    const runs = await Promise.all(ids.map((runId) => this.load(runId)));
    return { runs: runs.map((run) => (isRestore(run) ? restoreSummaryOf(run) : summaryOf(run))) };
  }

  async get(query: { runId?: string; requestId?: string; afterSequence?: number }): Promise<RunView> {
    const runId = query.runId ?? (query.requestId ? await this.runIdOf(query.requestId) : undefined);
    if (runId === undefined) throw unknownRun(query.requestId ? `with request id ${query.requestId}` : 'without an id');
    const run = await this.load(runId);
    const log = await this.logAfter(run, query.afterSequence ?? 0);
    const bytesDone = (id: string): string => this.standing.bytesDone(id);
    return isRestore(run) ? restoreViewOf(run, log, bytesDone) : viewOf(run, log, bytesDone, this.standing.turns(run));
  }

  /** The next page of what is told. A page of history may tell nothing, and an empty answer would mean the end of it. */
  private async logAfter(run: AnyRun, afterSequence: number): Promise<readonly RunLogEntry[]> {
    let after = afterSequence;
    while (after < run.version) {
      const events = await this.store.events(run.runId, after, RUN_LOG_PAGE);
      const last = events.at(-1);
      if (!last) break;
      const log = logOfAny(run, events);
      if (log.length > 0) return log;
      after = last.sequence;
    }
    return [];
  }

  async explain({ runId, database, replay: isReplayed = false }: ExplainQuery): Promise<Explanation> {
    const run = await this.load(runId);
    if (isRestore(run)) throw notExplained(runId);
    const events = (await this.store.allEvents(runId)).filter(isBackupEvent);
    const explanation = explanationOf(run, events, database, isReplayed);
    if (explanation.decisions.length === 0 && database !== undefined) {
      throw new FailureError(
        failure('database.unknown', `run ${runId} has no database "${database}"`, { retryable: false }),
      );
    }
    return explanation;
  }

  private async runIdOf(requestId: string): Promise<string | undefined> {
    return this.standing.runIdOf(requestId) ?? (await this.store.runIdOf(requestId));
  }

  private async load(runId: string): Promise<AnyRun> {
    const known = this.standing.run(runId) ?? this.standing.restore(runId);
    if (known) return known;
    const events = await this.store.allEvents(runId);
    // The history of a run is of one kind throughout.
    const run = events.some(isRestoreEvent)
      ? replayRestore(events.filter(isRestoreEvent))
      : replay(events.filter(isBackupEvent));
    if (!run) throw unknownRun(runId);
    return run;
  }
}

type AnyRun = RunState | RestoreRunState;

function isRestore(run: AnyRun): run is RestoreRunState {
  return 'alarms' in run;
}

function isBackupEvent(event: ConductorEvent): event is RunEvent {
  return !isRestoreEvent(event);
}

function logOfAny(run: AnyRun, events: readonly RecordedEvent[]): readonly RunLogEntry[] {
  return isRestore(run)
    ? restoreLogOf(
        run,
        events.flatMap(({ sequence, event }) => (isRestoreEvent(event) ? [{ sequence, event }] : [])),
      )
    : logOf(
        run,
        events.flatMap(({ sequence, event }) => (isBackupEvent(event) ? [{ sequence, event }] : [])),
      );
}

function notExplained(runId: string): FailureError {
  const message = `run ${runId} is a restore: what it did, and why, is in "dagctl run show ${runId}"`;
  return new FailureError(failure('run.is-restore', message, { retryable: false }));
}

function unknownRun(which: string): FailureError {
  return new FailureError(
    failure('run.unknown', `there is no run ${which}; "dagctl runs" lists them`, { retryable: false }),
  );
}
