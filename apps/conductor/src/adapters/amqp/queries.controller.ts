import {
  ExplainRun,
  GetMaintenance,
  GetRun,
  ListRuns,
  Queues,
  type ExplainQuery,
  type Explanation,
  type MaintenanceQuery,
  type MaintenanceView,
  type RunList,
  type RunListQuery,
  type RunQuery,
  type RunView,
} from '#contracts';
import { Handles } from '#messaging';
import { Controller, Inject } from '@nestjs/common';
import { Conductor } from '../../application/conductor.js';
import { RunQueries } from '../../application/run-queries.js';

@Controller()
export class QueriesController {
  constructor(
    @Inject(RunQueries) private readonly queries: RunQueries,
    @Inject(Conductor) private readonly conductor: Conductor,
  ) {}

  @Handles(ListRuns, Queues.conductorQueries)
  list({ limit }: RunListQuery): Promise<RunList> {
    return this.queries.list(limit);
  }

  @Handles(GetRun, Queues.conductorQueries)
  get(query: RunQuery): Promise<RunView> {
    return this.queries.get(query);
  }

  @Handles(ExplainRun, Queues.conductorQueries)
  explain({ runId, database }: ExplainQuery): Promise<Explanation> {
    return this.queries.explain(runId, database);
  }

  @Handles(GetMaintenance, Queues.conductorQueries)
  maintenance({ requestId }: MaintenanceQuery): MaintenanceView {
    return this.conductor.maintenance(requestId);
  }
}
