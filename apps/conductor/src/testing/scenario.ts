import type { BackupRequest, DatabaseView, Failure } from '#contracts';
import { EMPTY_STATE, type ConductorState } from '../domain/conductor.state.js';
import { evolve, withMaintenance } from '../domain/conductor.evolve.js';
import { decide, type Input } from '../domain/decide/index.js';
import { isRestoreEvent } from '../domain/conductor.events.js';
import type { RunEvent, RunEventOf, RunEventType } from '../domain/run.events.js';
import { evolveRun } from '../domain/run.evolve.js';
import { liveAttempt, type RunState, type TaskState } from '../domain/run.state.js';
import type { Throughput } from '../planning/assignment/index.js';
import type { Settings } from '../domain/settings.js';
import { withDatabase, type World } from '../domain/world.js';
import { SETTINGS } from './worlds.js';

export const RUN_ID = '11111111-1111-4111-8111-111111111111';

/** Plays inputs against the decider and keeps all that came of them: given, when, then. */
export class Scenario {
  state: ConductorState = EMPTY_STATE;
  nowMs = 1_000_000;
  readonly history: RunEvent[] = [];
  readonly silent = new Set<string>();
  throughput: Throughput = new Map();
  readonly bytesDone = new Map<string, number>();
  /** The run with all its events, also after it ended and left the state. */
  runs = new Map<string, RunState>();

  constructor(
    public world: World,
    readonly settings: Settings = SETTINGS,
  ) {}

  /** The events of this one input. */
  when(input: Input): readonly RunEvent[] {
    const before = this.state;
    const decided = decide(before, input, {
      nowMs: this.nowMs,
      world: this.world,
      settings: this.settings,
      throughput: this.throughput,
      bytesDone: (attemptId) => this.bytesDone.get(attemptId) ?? 0,
      isAlive: (member) => !this.silent.has(member),
    });
    this.state = decided.events.reduce(evolve, decided.maintenance.reduce(withMaintenance, before));
    const events = decided.events.filter((event): event is RunEvent => !isRestoreEvent(event));
    for (const event of events) this.runs.set(event.runId, evolveRun(this.runs.get(event.runId), event));
    this.history.push(...events);
    return events;
  }

  /** A request, planned at once. */
  planned(request: BackupRequest = {}, runId: string = RUN_ID): this {
    this.when({ type: 'BackupRequested', runId, requestId: `request-${runId}`, request });
    this.when({ type: 'SnapshotCollected', runId, missingMembers: [] });
    return this;
  }

  after(ms: number): readonly RunEvent[] {
    this.nowMs += ms;
    return this.when({ type: 'Tick' });
  }

  succeed(databaseName: string, runId: string = RUN_ID): readonly RunEvent[] {
    const attempt = this.live(databaseName, runId);
    return this.when({ type: 'AttemptEnded', ...attempt, outcome: 'succeeded', bytes: '1000' });
  }

  fail(databaseName: string, failure: Failure, runId: string = RUN_ID): readonly RunEvent[] {
    const attempt = this.live(databaseName, runId);
    return this.when({ type: 'AttemptEnded', ...attempt, outcome: 'failed', bytes: '0', failure });
  }

  change(database: DatabaseView): void {
    this.world = withDatabase(this.world, database);
  }

  move(database: DatabaseView, toMember: string): readonly RunEvent[] {
    this.change(database);
    return this.when({
      type: 'DatabaseMoved',
      databaseGuid: database.guid,
      fromMember: null,
      toMember,
      category: 'failover',
    });
  }

  run(runId: string = RUN_ID): RunState {
    const run = this.runs.get(runId);
    if (!run) throw new Error(`no run ${runId}`);
    return run;
  }

  task(databaseName: string, copyNumber = 1, runId: string = RUN_ID): TaskState {
    const task = this.run(runId).tasks.find(
      (each) => each.databaseName === databaseName && each.copyNumber === copyNumber,
    );
    if (!task) throw new Error(`no task for ${databaseName}`);
    return task;
  }

  /** The live attempt of a database, as its agent would name it. */
  live(databaseName: string, runId: string = RUN_ID): { attemptId: string; member: string } {
    for (const task of this.run(runId).tasks.values()) {
      const attempt = task.databaseName === databaseName ? liveAttempt(task) : undefined;
      if (attempt) return { attemptId: attempt.attemptId, member: attempt.member };
    }
    throw new Error(`no live attempt of ${databaseName}`);
  }

  of<Type extends RunEventType>(type: Type): readonly RunEventOf<Type>[] {
    return this.history.filter((event): event is RunEventOf<Type> => event.type === type);
  }
}
