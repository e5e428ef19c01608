import type { OutgoingMessage } from '#messaging';
import { isRestoreEvent } from '../domain/conductor.events.js';
import type { ConductorState } from '../domain/conductor.state.js';
import type { Decided } from '../domain/decide/index.js';
import type { RunEvent } from '../domain/run.events.js';
import { evolveRun } from '../domain/run.evolve.js';
import { isFinal, type RunState } from '../domain/run.state.js';
import type { Throughput } from '../planning/assignment/index.js';
import { evolveRestore } from '../restore/evolve-restore.js';
import { restoreCommandsOf, restoreFactOf } from '../restore/restore-effects.js';
import type { RestoreEvent } from '../restore/restore.events.js';
import { isClosed, type RestoreRunState } from '../restore/restore.state.js';
import { commandOf, factOf, type EffectContext, type MemberMessage } from './effects.js';
import { learnFrom } from './learning.js';
import { maintenanceFactOf } from './maintenance-facts.js';
import type { Commit, RecordedEvent, RunRecord } from './ports.js';

/** What a decision was made from, as far as its commit depends on it. */
export interface Before {
  readonly state: ConductorState;
  readonly throughput: Throughput;
}

export interface CommitAndLessons {
  readonly commit: Commit;
  /** What is known of the members once the commit is stored. */
  readonly throughput: Throughput;
}

/** What one event leaves behind: its place in the history, the run after it, and the messages that it means. */
interface Consequence<Kind extends string, Run> {
  readonly kind: Kind;
  readonly run: Run;
  readonly record: RunRecord;
  readonly commands: readonly MemberMessage[];
  readonly fact: OutgoingMessage | undefined;
}

/**
 * All that is stored for decisions and told of them. The runs are folded once more, event by event: a message says how its run stood
 * right after its own event, and a run that ended is in the state no more.
 */
export function commitOf(
  before: Before,
  { events, maintenance }: Pick<Decided, 'events' | 'maintenance'>,
  messageIds: readonly string[],
  context: EffectContext,
): CommitAndLessons {
  const records = new Map<string, RunRecord>();
  const runs = new Map<string, RunState>();
  const restores = new Map<string, RestoreRunState>();
  const recorded: RecordedEvent[] = [];
  const commands: MemberMessage[] = [];
  const facts: Commit['facts'][number][] = [];
  for (const event of events) {
    const { runId } = event;
    const consequence = isRestoreEvent(event)
      ? ofRestoreEvent(event, restores.get(runId) ?? before.state.restores.get(runId), context)
      : ofRunEvent(event, runs.get(runId) ?? before.state.runs.get(runId), context);
    if (consequence.kind === 'restore') restores.set(runId, consequence.run);
    else runs.set(runId, consequence.run);
    records.set(runId, consequence.record);
    recorded.push({ sequence: consequence.run.version, event });
    commands.push(...consequence.commands);
    if (consequence.fact) facts.push({ about: `run ${runId}`, message: consequence.fact });
  }
  const { version } = before.state.maintenance;
  const recordedMaintenance = maintenance.map((event, index) => ({ sequence: version + index + 1, event }));
  for (const { sequence, event } of recordedMaintenance)
    facts.push({ about: 'maintenance', message: maintenanceFactOf(event, sequence, context) });
  const { throughput, learned } = learnFrom(before.throughput, events, runs);
  return {
    commit: {
      messageIds,
      events: recorded,
      runs: [...records.values()],
      maintenance: recordedMaintenance,
      commands,
      facts,
      learned,
    },
    throughput,
  };
}

function ofRunEvent(
  event: RunEvent,
  before: RunState | undefined,
  context: EffectContext,
): Consequence<'backup', RunState> {
  const run = evolveRun(before, event);
  const command = commandOf(event, run, run.version, context);
  return {
    kind: 'backup',
    run,
    record: { ...run, isClosed: isFinal(run) },
    commands: command ? [command] : [],
    fact: factOf(event, run, run.version, context),
  };
}

function ofRestoreEvent(
  event: RestoreEvent,
  before: RestoreRunState | undefined,
  context: EffectContext,
): Consequence<'restore', RestoreRunState> {
  const run = evolveRestore(before, event);
  return {
    kind: 'restore',
    run,
    record: { ...run, isClosed: isClosed(run) },
    commands: restoreCommandsOf(event, run, run.version, context),
    fact: restoreFactOf(event, before, run, run.version, context),
  };
}
