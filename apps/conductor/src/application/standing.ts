import type { MaintenanceView } from '#contracts';
import { Draft } from '../domain/decide/draft.js';
import { placementContext } from '../domain/decide/question.js';
import { maintenanceView } from '../domain/maintenance/maintenance-view.js';
import type { RunState } from '../domain/run.state.js';
import { turnsOf, type Turn } from '../domain/turns.js';
import type { World } from '../domain/world.js';
import { workFigures, type WorkFigures } from '../domain/work-figures.js';
import type { Throughput } from '../planning/assignment/index.js';
import type { PlacementContext } from '../planning/candidates.js';
import type { RestoreRunState } from '../restore/restore.state.js';
import type { Memory } from './memory.js';
import type { Clock } from './ports.js';

/** How things stand at this moment, as far as they are stored. Asking changes nothing and waits for nothing. */
export class Standing {
  constructor(
    private readonly memory: Memory,
    private readonly clock: Clock,
  ) {}

  run(runId: string): RunState | undefined {
    return this.memory.state.runs.get(runId);
  }

  restore(runId: string): RestoreRunState | undefined {
    return this.memory.state.restores.get(runId);
  }

  /** The restore runs in hand: those that are not over, and those with standing alarms. */
  restores(): readonly RestoreRunState[] {
    return [...this.memory.state.restores.values()];
  }

  /** Of the runs in hand alone; those that are over are in the store. */
  runIdOf(requestId: string): string | undefined {
    const { runs, restores } = this.memory.state;
    const isAsked = (run: { readonly requestId: string }): boolean => run.requestId === requestId;
    return (runs.find(isAsked) ?? restores.find(isAsked))?.runId;
  }

  /** Where the waiting tasks of a run in hand stand in the queues of their members. */
  turns(run: RunState): ReadonlyMap<string, Turn> {
    return turnsOf(this.memory.state, run, this.clock.nowMs());
  }

  bytesDone(attemptId: string): string {
    return this.memory.leases.bytesDone(attemptId);
  }

  /** Whether the member's agent was heard lately. */
  isAlive(member: string): boolean {
    return this.memory.context(this.clock.nowMs()).isAlive(member);
  }

  /** The limits in force, what of them is used, and the drains. */
  maintenance(requestId?: string): MaintenanceView {
    const { state, world, settings } = this.memory;
    return maintenanceView(state, world, settings, this.clock.nowMs(), requestId);
  }

  /** The work in hand, in numbers. */
  get figures(): WorkFigures {
    const { state, world, settings } = this.memory;
    return workFigures(state, world, settings);
  }

  /** How old the last whole picture of the inventory is; null: there was none yet. */
  get pictureAgeMs(): number | null {
    const { pictureAtMs } = this.memory;
    return pictureAtMs === null ? null : Math.max(0, this.clock.nowMs() - pictureAtMs);
  }

  get rates(): Throughput {
    return this.memory.throughput;
  }

  /** What a plan is made from now, in this world or in one that somebody asks about. */
  planningContext(world: World): PlacementContext {
    const nowMs = this.clock.nowMs();
    return placementContext(new Draft(this.memory.state, nowMs), { ...this.memory.context(nowMs), world });
  }
}
