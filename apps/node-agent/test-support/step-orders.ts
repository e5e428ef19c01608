import type { OrderRestoreStep, ReportedDatabase, RestoreObject, RestoreStepData, RestoreStepEnd } from '#contracts';
import { GUID, MEMBER, RUN_ID, database } from './samples.js';
import { World } from './world.js';

export const COMMENT = `restore ${RUN_ID}`;

export function object(objectName: string, backupType: RestoreObject['backupType'] = 'full'): RestoreObject {
  return {
    backupId: `MBDB01/${objectName}`,
    backupType,
    objectName,
    startedAt: '2026-01-31T20:00:00.000Z',
    sizeBytes: '1000',
    sourceMember: 'ex01',
    node: 'DAG1',
  };
}

export function stepOrder(step: RestoreStepData, changes: Partial<OrderRestoreStep> = {}): OrderRestoreStep {
  const number = changes.number ?? 1;
  return {
    runId: RUN_ID,
    taskId: GUID,
    stepId: `s${number}`,
    number,
    epoch: 1,
    databaseGuid: GUID,
    databaseName: 'MBDB01',
    step,
    leaseMs: 10_000,
    ...changes,
  };
}

export const RESTORE: RestoreStepData = {
  kind: 'restoreBackup',
  sourceDatabaseName: 'MBDB01',
  objects: [object('1'), object('2', 'incremental')],
};
export const SUSPEND: RestoreStepData = { kind: 'suspendCopy', copyMember: 'ex02', comment: COMMENT };

/** The database as a restore wants it: active here, dismounted, allowed. */
export const READY = { activeMember: MEMBER, mounted: false, allowFileRestore: true };

/** An agent on the member where the database is active. */
export function stepWorld(): World {
  const world = new World();
  hostHas(world, { allowFileRestore: false });
  return world;
}

export function hostHas(world: World, changes: Partial<ReportedDatabase>): void {
  world.host.databases = [database({ activeMember: MEMBER, ...changes })];
}

export function order(world: World, step: RestoreStepData, changes: Partial<OrderRestoreStep> = {}): Promise<void> {
  return world.orderStep(stepOrder(step, changes));
}

export function end(world: World, number = 1): RestoreStepEnd | undefined {
  return world.stepEnd(`s${number}`);
}
