import { ExitCode, isFinalRunStatus, type DoctorFinding, type RunSummary, type RunView } from '#contracts';
import { formatDuration } from '../../progress/format.js';
import type { DoctorFacts } from '../facts.js';
import { inAnswer, limited, type Findings } from '../finding.js';
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

/** Do the runs get on, and did the latest end well. */
export function checkRuns(facts: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('runs', facts.runs, ({ latest, live }, say) => {
    // Moments of runs are the conductor's.
    const nowMs = conductorNowMs(facts);
    const found = [
      ...live.flatMap((run) => [...stuckFindings(run, nowMs, say), ...waitFindings(run, nowMs, say)]),
      ...endFindings(latest, say),
    ];
    if (found.length > 0) return limited(found, say, 'dagctl runs');
    const atWork = latest.filter(({ status }) => !isFinalRunStatus(status)).length;
    const unseen = atWork > LIVE_RUNS_MAX ? `, of which the newest ${LIVE_RUNS_MAX} were looked at` : '';
    return [
      say.ok(
        atWork === 0
          ? 'Nothing runs, and the latest backup ended well or there is none.'
          : `${counted(atWork, 'run')} at work${unseen}; nothing waits for long.`,
      ),
    ];
  });
}

function conductorNowMs({ maintenance, nowMs }: DoctorFacts): number {
  const at = maintenance.kind === 'answered' ? maintenance.value.service?.at : undefined;
  return at === undefined ? nowMs : Date.parse(at);
}

function stuckFindings(run: RunView, nowMs: number, say: Findings): readonly DoctorFinding[] {
  const ageMs = nowMs - Date.parse(run.requestedAt);
  const limitMs = run.status === 'collecting' ? COLLECTING_MS : Infinity;
  if (ageMs >= limitMs) {
    const text = `${nameOf(run)} has been collecting for ${formatDuration(ageMs)}: neither agents nor inventory answer the conductor.`;
    return [say.warning(text, showCommand(run))];
  }
  if (run.status === 'cancelling' && ageMs >= CANCELLING_MS) {
    const text = `${nameOf(run)} is being cancelled and has not ended yet: an agent ends its client, or Exchange still says that a backup is in progress.`;
    return [say.warning(text, showCommand(run))];
  }
  return [];
}

/** What waits, by what it waits for. */
function waitFindings(run: RunView, nowMs: number, say: Findings): readonly DoctorFinding[] {
  const byReason = new Map<string, { readonly names: string[]; sinceMs: number }>();
  const add = (reason: string, name: string, sinceMs: number): void => {
    const group = byReason.get(reason) ?? { names: [], sinceMs };
    group.names.push(name);
    group.sinceMs = Math.min(group.sinceMs, sinceMs);
    byReason.set(reason, group);
  };
  const getsOn = run.tasks.some(({ status }) => status === 'dispatched' || status === 'running');
  for (const { blocked, databaseName } of run.tasks) {
    if (!blocked || blocked.rule === WINDOW || (getsOn && IN_TURN.has(blocked.rule))) continue;
    add(blocked.reason, databaseName, Date.parse(blocked.since));
  }
  for (const { blockedBy, reason, databaseName } of run.restore?.tasks ?? []) {
    // When it began to wait is not told; the restore's own age is the most it can be.
    if (blockedBy !== null && blockedBy !== undefined) add(reason, databaseName, Date.parse(run.requestedAt));
  }
  return [...byReason]
    .filter(([, { sinceMs }]) => nowMs - sinceMs >= TASK_WAIT_MS)
    .map(([reason, { names, sinceMs }]) =>
      say.warning(
        `${nameOf(run)}: ${counted(names.length, 'database')} (${listed(names)}) ${names.length === 1 ? 'waits' : 'wait'}, ${formatDuration(nowMs - sinceMs)} at the longest: ${reason}`,
        showCommand(run),
      ),
    );
}

/** What the one who called is most likely called for. */
function endFindings(latest: readonly RunSummary[], say: Findings): readonly DoctorFinding[] {
  const last = latest.find(({ status, kind = 'backup' }) => isFinalRunStatus(status) && kind === 'backup');
  if (!last || last.exitCode === null) return [];
  const text = `The latest backup, ${nameOf(last)}, ended ${last.endedAt === null ? '' : `at ${minuteOf(last.endedAt)} `}with exit code ${last.exitCode}`;
  if (last.exitCode === ExitCode.failed)
    return [say.problem(`${text}: at least one database has no new backup.`, showCommand(last))];
  if (last.exitCode === ExitCode.warnings)
    return [say.warning(`${text}: fewer copies were made than asked for.`, showCommand(last))];
  return [];
}

function nameOf({ runId, kind = 'backup', requestId }: RunSummary): string {
  return `${kind} run ${runId.slice(0, 8)} (${requestId})`;
}

function showCommand({ runId }: RunSummary): string {
  return `dagctl run show ${runId.slice(0, 8)}`;
}

const SEE_ALARMS = 'dagctl alarms list';
/** Commands of one alarm that are told; the list tells all. */
const COMMANDS_TOLD = 20;

/** What was left to a person. */
export function checkAlarms({ alarms }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('alarms', alarms, (standing, say) => {
    const found = standing.map(({ databaseName, text, raisedAt, commands, alarmId, kind }) => {
      const told = commands.slice(0, COMMANDS_TOLD);
      const rest = commands.length > told.length ? [SEE_ALARMS] : [];
      const then = kind === 'attention' ? [`dagctl alarms acknowledge ${alarmId} --note "done by hand"`] : [];
      return say.problem(`${databaseName}, since ${minuteOf(raisedAt)}: ${text}`, ...told, ...rest, ...then);
    });
    return found.length > 0 ? limited(found, say, SEE_ALARMS) : [say.ok('No alarm stands.')];
  });
}

/** When backups may run: good to know, and no fault. */
export function checkWindow({ maintenance }: DoctorFacts): readonly DoctorFinding[] {
  return inAnswer('window', maintenance, ({ defaultWindow }, say) => [say.ok(windowText(defaultWindow ?? null))]);
}

function windowText(
  window: { readonly isOpen: boolean; readonly mayStart: boolean; readonly changesAt: string | null } | null,
): string {
  if (window === null) return 'Backups may run at any time.';
  const until = window.changesAt === null ? '' : ` until ${minuteOf(window.changesAt)}`;
  if (window.mayStart) return `The window for backups is open${until}.`;
  if (window.isOpen) return `The window for backups is open, but too late for a start${until}; what runs goes on.`;
  return `The window for backups is closed${until}; nothing starts before.`;
}
