import type { PreflightStep, RestoreSpelling, RestoreStep } from '#contracts';
import { memberName, type World } from '../domain/world.js';
import { commandsOf, textOf, type StepNames } from './commands.js';
import type { RestoreOrder, RestorePlan } from './restore.events.js';
import { isLeftOut, suspendCommentOf } from './saga/move.js';

/** The steps of an undisturbed restore. */
export function expectedSteps(
  plan: RestorePlan,
  member: string,
  order: RestoreOrder,
  world: World,
  spelling: RestoreSpelling,
  runId: string,
): readonly PreflightStep[] {
  const { target } = plan;
  const steps: { readonly on: string; readonly step: RestoreStep }[] = [];
  const on = (at: string, ...kinds: readonly RestoreStep[]): void => {
    for (const step of kinds) steps.push({ on: at, step });
  };
  const { databaseName: sourceDatabaseName, objects } = plan;
  switch (target.kind) {
    case 'files':
      on(member, { kind: 'restoreFiles', sourceDatabaseName, objects, folder: target.folder });
      break;
    case 'removal':
      on(member, { kind: 'removeRecoveryDatabase' });
      break;
    case 'new':
      on(
        member,
        { kind: target.isRecovery ? 'createRecoveryDatabase' : 'createDatabase' },
        { kind: 'allowFileRestore' },
        { kind: 'restoreBackup', sourceDatabaseName, objects },
        { kind: 'mount' },
        { kind: 'forbidFileRestore' },
      );
      break;
    case 'over': {
      const database = world.databases.get(target.guid);
      const active = database?.activeMember ?? member;
      const passives = (database?.copies ?? [])
        .filter((copy) => copy.member !== member && !isLeftOut(copy, order))
        .map((copy) => copy.member);
      on(active, { kind: 'readState' });
      if (active !== member) on(active, { kind: 'moveActive', toMember: member });
      for (const copyMember of passives)
        on(member, { kind: 'suspendCopy', copyMember, comment: suspendCommentOf(runId) });
      if (database?.mounted !== false) on(member, { kind: 'dismount' });
      on(
        member,
        { kind: 'allowFileRestore' },
        { kind: 'restoreBackup', sourceDatabaseName, objects },
        { kind: 'mount' },
        { kind: 'forbidFileRestore' },
      );
      for (const copyMember of passives) on(copyMember, { kind: 'reseedCopy', copyMember });
      on(member, { kind: 'readState' });
      break;
    }
    default: {
      const unknown: never = target;
      throw new Error(`unknown target ${JSON.stringify(unknown)}`);
    }
  }
  return steps.map(({ on: at, step }) => {
    const names: StepNames = {
      databaseName: target.kind === 'files' ? plan.databaseName : target.name,
      memberName: memberName(world, at),
      client: world.members.get(at)?.client.call,
      nameOf: (each) => memberName(world, each),
    };
    const command = commandsOf(step, names, spelling).join('; ');
    return { kind: step.kind, member: at, text: textOf(step, names), command };
  });
}
