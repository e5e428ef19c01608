import {
  ExitCode,
  FailureError,
  PLAN_TASKS_MAX,
  failure,
  type BackupType,
  type InventorySnapshot,
  type PlanDocument,
  type PlanQuery,
  type ThroughputList,
  type ThroughputQuery,
  type WhatIf,
} from '#contracts';
import { orderOf } from '../domain/decide/request.js';
import { iso } from '../domain/views.js';
import { worldFromSnapshot, type World } from '../domain/world.js';
import { expected } from '../planning/assignment/index.js';
import { contradictionsOf } from '../planning/contradictions.js';
import { documentOf } from '../planning/plan/document.js';
import { makePlan } from '../planning/plan/plan.js';
import { warningsAbout } from '../planning/plan/warnings.js';
import { imagined } from '../planning/plan/what-if.js';
import type { Clock, Inventory } from './ports.js';
import type { Standing } from './standing.js';

export interface PlanQueriesOptions {
  readonly standing: Standing;
  readonly inventory: Inventory;
  readonly clock: Clock;
  /** As for a run: members whose report is older are asked to look again, and waited for so long. */
  readonly maxAgeMs: number;
  readonly waitMs: number;
}

/** Plans that nobody carries out: the same judgement as a run's, on the same state, and nothing is stored. */
export class PlanQueries {
  constructor(private readonly options: PlanQueriesOptions) {}

  async make({ request, whatIf }: PlanQuery): Promise<PlanDocument> {
    const { standing, clock, maxAgeMs, waitMs } = this.options;
    const order = orderOf(request, null);
    const contradictions = contradictionsOf(order);
    if (contradictions.length > 0) throw refused(contradictions.join('; '));
    const snapshot = await this.snapshot({ maxAgeMs, waitMs });
    const world = whatIf ? imaginedFrom(worldFromSnapshot(snapshot), whatIf) : worldFromSnapshot(snapshot);
    const plan = makePlan(order, standing.planningContext(world), clock.nowMs());
    if (plan.kind === 'refused') throw refused(plan.reason, plan.exitCode);
    if (plan.tasks.length > PLAN_TASKS_MAX) {
      throw refused(
        `the plan has ${plan.tasks.length} backups, and an answer takes ${PLAN_TASKS_MAX}; ask for fewer DAGs at a time`,
      );
    }
    const warnings = warningsAbout(plan, snapshot.missingMembers, world, order.backupType);
    return documentOf({ plan, request, whatIf: whatIf ?? null, warnings, world, madeAt: iso(clock.nowMs()) });
  }

  /** What plans reckon with. */
  throughput({ member: wanted }: ThroughputQuery): ThroughputList {
    const { rates } = this.options.standing;
    return {
      rates: [...rates.values()]
        .filter(({ member }) => wanted === undefined || member === wanted)
        .map(({ member, backupType, bytesPerSecond, spreadShare, observations }) => ({
          member,
          backupType: backupType as BackupType,
          bytesPerSecond: Math.round(bytesPerSecond),
          spreadShare,
          observations,
          confidence: expected(rates, member, backupType).confidence,
        }))
        .toSorted((a, b) => `${a.member} ${a.backupType}`.localeCompare(`${b.member} ${b.backupType}`)),
    };
  }

  private async snapshot(query: { maxAgeMs: number; waitMs: number }): Promise<InventorySnapshot> {
    try {
      return await this.options.inventory.snapshot(query);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new FailureError(
        failure(
          'inventory.absent',
          `A plan needs the inventory's state, and it gave none (${problem}). Is the inventory service running?`,
          { retryable: true },
        ),
      );
    }
  }
}

function imaginedFrom(world: World, whatIf: WhatIf): World {
  const unknown = (whatIf.withoutMembers ?? []).filter((member) => !world.members.has(member));
  if (unknown.length > 0) throw refused(`withoutMembers names ${unknown.join(', ')}, which no DAG has as a member`);
  return imagined(world, whatIf);
}

/** Types that begin with `request.` are the asker's mistake. */
function refused(reason: string, exitCode: number = ExitCode.usage): FailureError {
  const type =
    exitCode === ExitCode.planOutdated
      ? 'plan.outdated'
      : exitCode === ExitCode.usage
        ? 'request.refused'
        : 'plan.refused';
  return new FailureError(failure(type, reason, { retryable: false }));
}
