import {
  ExplainRun,
  GetMaintenance,
  GetRun,
  GetThroughput,
  ListRuns,
  MakePlan,
  Queues,
  type ExplainQuery,
  type Explanation,
  type MaintenanceQuery,
  type MaintenanceView,
  type PlanDocument,
  type PlanQuery,
  type RunList,
  type RunListQuery,
  type RunQuery,
  type RunView,
  type ThroughputList,
  type ThroughputQuery,
} from '#contracts';
import { Handles } from '#messaging';
import { ActingProcess } from '#service';
import { Controller, Inject } from '@nestjs/common';
import { PlanQueries } from '../../application/plan-queries.js';
import { RunQueries } from '../../application/run-queries.js';
import { Standing } from '../../application/standing.js';

@Controller()
export class QueriesController {
  constructor(
    @Inject(RunQueries) private readonly queries: RunQueries,
    @Inject(PlanQueries) private readonly plans: PlanQueries,
    @Inject(Standing) private readonly standing: Standing,
    @Inject(ActingProcess) private readonly acting: ActingProcess,
  ) {}

  @Handles(GetThroughput, Queues.conductorQueries)
  throughput(query: ThroughputQuery): ThroughputList {
    return this.plans.throughput(query);
  }

  @Handles(MakePlan, Queues.conductorQueries)
  plan(query: PlanQuery): Promise<PlanDocument> {
    return this.plans.make(query);
  }

  @Handles(ListRuns, Queues.conductorQueries)
  list({ limit }: RunListQuery): Promise<RunList> {
    return this.queries.list(limit);
  }

  @Handles(GetRun, Queues.conductorQueries)
  get(query: RunQuery): Promise<RunView> {
    return this.queries.get(query);
  }

  @Handles(ExplainRun, Queues.conductorQueries)
  explain(query: ExplainQuery): Promise<Explanation> {
    return this.queries.explain(query);
  }

  @Handles(GetMaintenance, Queues.conductorQueries)
  maintenance({ requestId }: MaintenanceQuery): MaintenanceView {
    return { ...this.standing.maintenance(requestId), service: this.acting.view() };
  }
}
