import { failure, type BackupView, type MemberView, type RestoreRequest } from '#contracts';
import { EMPTY_STATE, type ConductorState } from '../domain/conductor.state.js';
import { evolve, replay } from '../domain/conductor.evolve.js';
import type { ConductorEvent } from '../domain/conductor.events.js';
import { decide, type Input } from '../domain/decide/index.js';
import type { Settings } from '../domain/settings.js';
import { EMPTY_WORLD, type World } from '../domain/world.js';
import type { StepEndInput } from '../restore/decide/inputs.js';
import { evolveRestore } from '../restore/evolve-restore.js';
import type { Observation } from '../restore/observation.js';
import { liveSteps, type RestoreRunState, type RestoreTaskState, type StepState } from '../restore/restore.state.js';
import { SETTINGS, guidOf, memberView, worldOf } from './worlds.js';

import { changeDatabase, fullOf, observe, viewOf, type SimCopy, type SimDatabase } from './sim-databases.js';

export const MEMBERS = ['ex01', 'ex02', 'ex03'];
const RUN_ID = '22222222-2222-4222-8222-222222222222';

/** Exchange and its agents in a few rules, with the production decider before them: given, when, then for restores. */
export class RestoreBench {
  state: ConductorState = EMPTY_STATE;
  nowMs = 1_000_000;
  readonly databases = new Map<string, SimDatabase>();
  readonly silent = new Set<string>();
  /** Members whose servers are away: Exchange calls their copies ServiceDown and changes none of them; their agents may still answer. */
  readonly down = new Set<string>();
  /** The conductor has no picture: the inventory has told it nothing since it started. */
  isInventoryAway = false;
  readonly history: ConductorEvent[] = [];
  readonly runs = new Map<string, RestoreRunState>();
  readonly backups: BackupView[] = [];
  /** What of a member is not as usual, by its id. */
  readonly memberChanges = new Map<string, Partial<MemberView>>();
  private created = 500;

  constructor(
    readonly members: readonly string[] = MEMBERS,
    readonly settings: Settings = SETTINGS,
  ) {}

  /** A healthy database with a copy on each of these members, active on the first, and a full of it. */
  database(number: number, holders: readonly string[] = this.members, changes: Partial<SimDatabase> = {}): SimDatabase {
    const name = `MBX${String(number).padStart(2, '0')}`;
    const database: SimDatabase = {
      guid: guidOf(number),
      name,
      recovery: false,
      active: holders[0] ?? 'ex01',
      mounted: true,
      allow: false,
      copies: new Map(holders.map((member) => [member, { content: 'old', comment: null, suspended: false }])),
      sizeBytes: 1_000,
      ...changes,
    };
    this.databases.set(database.guid, database);
    this.backups.push(fullOf(database));
    return database;
  }

  world(): World {
    if (this.isInventoryAway) return EMPTY_WORLD;
    return worldOf(
      this.members.map((member) => memberView(member.toUpperCase(), this.memberChanges.get(member))),
      [...this.databases.values()].map((database) => viewOf(database, this.down)),
    );
  }

  when(input: Input): readonly ConductorEvent[] {
    const decided = decide(this.state, input, {
      nowMs: this.nowMs,
      world: this.world(),
      settings: this.settings,
      throughput: new Map(),
      bytesDone: () => 0,
      isAlive: (member) => !this.silent.has(member),
    });
    this.state = decided.events.reduce(evolve, this.state);
    this.history.push(...decided.events);
    for (const event of decided.events) {
      if ('step' in event || event.type.startsWith('Restore') || event.type.startsWith('Alarm'))
        this.runs.set(event.runId, evolveRestore(this.runs.get(event.runId), event as never));
    }
    return decided.events;
  }

  /** A request, planned at once. */
  request(request: RestoreRequest, runId: string = RUN_ID): this {
    this.when({ type: 'RestoreRequested', runId, requestId: `request-${runId}`, request });
    this.when({ type: 'RestoreCollected', runId, missingMembers: [], backups: this.backups });
    return this;
  }

  after(ms: number): readonly ConductorEvent[] {
    this.nowMs += ms;
    return this.when({ type: 'Tick' });
  }

  /** The conductor starts again with nothing but its history. */
  restart(): void {
    this.state = replay(this.history);
  }

  run(runId: string = RUN_ID): RestoreRunState {
    const run = this.runs.get(runId);
    if (!run) throw new Error(`no restore run ${runId}`);
    return run;
  }

  task(name: string, runId: string = RUN_ID): RestoreTaskState {
    const task = this.run(runId).tasks.find(({ databaseName }) => databaseName === name);
    if (!task) throw new Error(`no task for ${name}`);
    return task;
  }

  live(): readonly StepState[] {
    return [...this.state.restores.values()].flatMap((run) => [...run.tasks.values()].flatMap(liveSteps));
  }

  /** What was ordered beside looks, in order, in short: `suspendCopy ex02`. */
  steps(name: string): readonly string[] {
    return this.task(name)
      .steps.filter(({ purpose }) => purpose !== 'look')
      .map(({ step }) => ('copyMember' in step ? `${step.kind} ${step.copyMember}` : step.kind));
  }

  /** An agent does what it was told, and says so. */
  carryOut(step: StepState): readonly ConductorEvent[] {
    return this.when(this.effectOf(step));
  }

  /** All live steps, round after round, with time passing, until nothing is left or `rounds` are over. */
  settle(rounds = 200): this {
    for (let round = 0; round < rounds; round += 1) {
      for (const step of this.live()) if (!this.silent.has(step.member)) this.carryOut(step);
      this.after(1_000);
      if ([...this.state.restores.values()].every((run) => run.endedAtMs !== null)) break;
    }
    return this;
  }

  end(step: StepState, end: Partial<StepEndInput>): readonly ConductorEvent[] {
    return this.when({
      type: 'RestoreStepEnded',
      stepId: step.stepId,
      member: step.member,
      outcome: 'succeeded',
      bytes: '0',
      ...this.seen(step),
      ...end,
    });
  }

  failoverTargets(database: SimDatabase): readonly string[] {
    return [...database.copies].flatMap(([member, { suspended }]) =>
      member !== database.active && !suspended ? [member] : [],
    );
  }

  failover(database: SimDatabase, to: string): void {
    const from = database.active;
    database.active = to;
    this.when({
      type: 'DatabaseMoved',
      databaseGuid: database.guid,
      fromMember: from,
      toMember: to,
      category: 'failover',
    });
  }

  /** Changes Exchange as the step says, and gives the agent's report of it. */
  effectOf(step: StepState): StepEndInput {
    if (this.down.has(step.member)) return this.unreadable(step);
    const refusal = this.change(step);
    return {
      type: 'RestoreStepEnded',
      stepId: step.stepId,
      member: step.member,
      outcome: refusal === undefined ? 'succeeded' : 'refused',
      bytes: '0',
      ...(refusal === undefined ? {} : { failure: failure('step.refused', refusal, { retryable: true }) }),
      ...this.seen(step),
    };
  }

  private unreadable({ stepId, member }: StepState): StepEndInput {
    const why = failure('host.unavailable', `Exchange on ${member} does not answer`, { retryable: true });
    return { type: 'RestoreStepEnded', stepId, member, outcome: 'refused', bytes: '0', wrote: false, failure: why };
  }

  private seen({ databaseGuid, databaseName }: StepState): { readonly observed?: Observation } {
    const database = [...this.databases.values()].find(
      ({ guid, name }) => guid === databaseGuid || name === databaseName,
    );
    return database ? { observed: observe(database, this.down) } : {};
  }

  private change({ step, databaseGuid, databaseName, member }: StepState): string | undefined {
    const database = [...this.databases.values()].find(
      ({ guid, name }) => guid === databaseGuid || name === databaseName,
    );
    if (step.kind === 'createRecoveryDatabase' || step.kind === 'createDatabase')
      return this.create(databaseName, member, step.kind === 'createRecoveryDatabase');
    if (step.kind === 'restoreFiles') return undefined;
    // A look by name finds that there is none.
    const mayBeGone = step.kind === 'removeRecoveryDatabase' || (step.kind === 'readState' && databaseGuid === null);
    if (!database) return mayBeGone ? undefined : 'there is no such database';
    if (step.kind === 'removeRecoveryDatabase') {
      this.databases.delete(database.guid);
      return undefined;
    }
    if ('copyMember' in step && this.down.has(step.copyMember)) return `${step.copyMember} does not answer`;
    if (step.kind !== 'readState' && this.down.has(database.active))
      return `Exchange on ${database.active} does not answer`;
    return changeDatabase(database, step, member);
  }

  private create(name: string, member: string, recovery: boolean): undefined {
    this.created += 1;
    const guid = guidOf(this.created);
    const copies = new Map<string, SimCopy>([[member, { content: 'old', comment: null, suspended: false }]]);
    this.databases.set(guid, {
      guid,
      name,
      recovery,
      active: member,
      mounted: false,
      allow: false,
      copies,
      sizeBytes: 0,
    });
    return undefined;
  }
}
