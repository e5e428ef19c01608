import { ExitCode, isFinalRunStatus, type DoctorFinding, type RunSummary, type RunView } from '#contracts';
import { formatDuration } from '../../progress/format.js';
import type { DoctorFacts } from '../facts.js';
import { inAnswer, these, type Check, type Findings } from '../finding.js';
import { CANCELLING_MS, COLLECTING_MS, LIVE_RUNS_MAX, TASK_WAIT_MS } from '../limits.js';
import { counted, listed, minuteOf } from '../words.js';

/** The rule of a task that waits for its window, which is as asked for. */
const WINDOW = 'window-open';
/** Waits for others to make room: how runs go on, as long as something of the run is at work. */
const IN_TURN: ReadonlySet<string> = new Set([
  'member-queue',
  'start-gap',
  ...['member', 'volume', 'site', 'storage-server', 'dag', 'global'].map((scope) => `${scope}-limit`),
]);

/** Do the runs get on, and did the latest backup end well. */
export const checkRuns: Check = (facts, say) =>
  inAnswer(facts.runs, say, ({ latest, live }) => {
    const nowMs = conductorNowMs(facts);
    const last = latest.find(({ status, kind = 'backup' }) => isFinalRunStatus(status) && kind === 'backup');
    const atWork = latest.filter(({ status }) => !isFinalRunStatus(status)).length;
    const unseen = atWork > LIVE_RUNS_MAX ? ` (the newest ${LIVE_RUNS_MAX} were looked at)` : '';
    const found = live.flatMap((run) => [...stuckFindings(run, nowMs, say), ...waitFindings(run, nowMs, say)]);
    return these([...found, ...(last ? endFindings(last, say) : [])], say, {
      see: 'dagctl runs',
      well: () =>
        `${atWork === 0 ? 'Nothing runs' : `${counted(atWork, 'run')} at work${unseen}, and nothing waits for long`}; ${last ? endOf(last) : 'no backup has ended yet'}.`,
    });
  });

/** Moments of runs are the conductor's. */
function conductorNowMs({ maintenance, nowMs }: DoctorFacts): number {
  const at = maintenance.kind === 'answered' ? maintenance.value.service?.at : undefined;
  return at === undefined ? nowMs : Date.parse(at);
}

function stuckFindings(run: RunView, nowMs: number, say: Findings): readonly DoctorFinding[] {
  const ageMs = nowMs - Date.parse(run.requestedAt);
  if (run.status === 'collecting' && ageMs >= COLLECTING_MS) {
    const text = `${nameOf(run)} has been collecting for ${formatDuration(ageMs)}: neither agents nor inventory answer the conductor.`;
    return [say.warning(text, showCommand(run))];
  }
  if (run.status === 'cancelling' && ageMs >= CANCELLING_MS) {
    const text = `${nameOf(run)} is being cancelled and has not ended yet: an agent ends its client, or Exchange still says that a backup is in progress.`;
    return [say.warning(text, showCommand(run))];
  }
  return [];
}

interface Wait {
  readonly reason: string;
  readonly name: string;
  readonly sinceMs: number;
}

/** What waits, by what it waits for. */
function waitFindings(run: RunView, nowMs: number, say: Findings): readonly DoctorFinding[] {
  const all = waitsOf(run);
  return [...new Set(all.map(({ reason }) => reason))].flatMap((reason) => {
    const waits = all.filter((wait) => wait.reason === reason);
    const longestMs = nowMs - Math.min(...waits.map(({ sinceMs }) => sinceMs));
    if (longestMs < TASK_WAIT_MS) return [];
    const names = listed(waits.map(({ name }) => name));
    const text = `${nameOf(run)}: ${counted(waits.length, 'database')} (${names}) ${waits.length === 1 ? 'waits' : 'wait'}, ${formatDuration(longestMs)} at the longest: ${reason}`;
    return [say.warning(text, showCommand(run))];
  });
}

function waitsOf(run: RunView): readonly Wait[] {
  const getsOn = run.tasks.some(({ status }) => status === 'dispatched' || status === 'running');
  const backups = run.tasks.flatMap(({ blocked, databaseName }) => {
    if (!blocked || blocked.rule === WINDOW || (getsOn && IN_TURN.has(blocked.rule))) return [];
    return [{ reason: blocked.reason, name: databaseName, sinceMs: Date.parse(blocked.since) }];
  });
  // When a restore began to wait is not told; its run's own age is the most that it can be.
  const restores = (run.restore?.tasks ?? [])
    .filter(({ blockedBy }) => typeof blockedBy === 'string')
    .map(({ reason, databaseName }) => ({ reason, name: databaseName, sinceMs: Date.parse(run.requestedAt) }));
  return [...backups, ...restores];
}

/** What the one who was called is most likely called for. */
function endFindings(last: RunSummary, say: Findings): readonly DoctorFinding[] {
  const text = `${endOf(last)[0]?.toUpperCase()}${endOf(last).slice(1)}`;
  if (last.exitCode === ExitCode.failed)
    return [say.problem(`${text}: at least one database has no new backup.`, showCommand(last))];
  if (last.exitCode === ExitCode.warnings)
    return [say.warning(`${text}: fewer copies were made than asked for.`, showCommand(last))];
  return [];
}

function endOf(last: RunSummary): string {
  const at = typeof last.endedAt === 'string' ? ` at ${minuteOf(last.endedAt)}` : '';
  return `the latest backup, ${nameOf(last)}, ended${at} with exit code ${last.exitCode}`;
}

function nameOf({ runId, kind = 'backup', requestId }: RunSummary): string {
  return `${kind} run ${runId.slice(0, 8)} (${requestId})`;
}

function showCommand({ runId }: RunSummary): string {
  return `dagctl run show ${runId.slice(0, 8)}`;
}
