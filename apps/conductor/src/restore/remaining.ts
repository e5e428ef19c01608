import type { RestoreSpelling, RestoreStep } from '#contracts';
import { memberName, type World } from '../domain/world.js';
import { commandsOf } from './commands.js';
import { isSuspended, passivesOf, type Observation } from './observation.js';
import type { RestoreRunState, RestoreTaskState } from './restore.state.js';
import { lastRestore, mayHaveWritten, reseedsOf } from './saga/history.js';
import { isLeftOut, suspendCommentOf } from './saga/move.js';
import { leftoversOf } from './saga/undo-over.js';

interface Remaining {
  readonly member: string;
  readonly step: RestoreStep;
}

/**
 * What a person has to type so that nothing of this restore is left behind, in order, from what Exchange said last. What is
 * not known is listed: each of these commands does no harm where it is not needed.
 */
export function remainingCommands(
  task: RestoreTaskState,
  run: RestoreRunState,
  world: World,
  spelling: RestoreSpelling,
): readonly string[] {
  return spelled(remainingSteps(task, run, world), task, world, spelling);
}

/** What is left of a restore that succeeded without the copies on these members: typed when their servers are back. */
export function leftOutCommands(
  task: RestoreTaskState,
  leftOut: readonly string[],
  { runId }: RestoreRunState,
  world: World,
  spelling: RestoreSpelling,
): readonly string[] {
  const steps = [...leftOut.flatMap((copyMember) => reseedsByHand(copyMember, runId)), { kind: 'readState' } as const];
  const member = task.observed?.activeMember ?? 'unknown';
  return spelled(
    steps.map((step) => ({ member, step })),
    task,
    world,
    spelling,
  );
}

/** Exchange reseeds a suspended copy alone. */
function reseedsByHand(copyMember: string, runId: string): readonly RestoreStep[] {
  return [
    { kind: 'suspendCopy', copyMember, comment: suspendCommentOf(runId) },
    { kind: 'reseedCopy', copyMember },
  ];
}

function spelled(
  remaining: readonly Remaining[],
  task: RestoreTaskState,
  world: World,
  spelling: RestoreSpelling,
): readonly string[] {
  return remaining.flatMap(({ member, step }) => {
    const name = memberName(world, member);
    const databaseName = task.target.kind === 'files' ? task.databaseName : task.target.name;
    const client = world.members.get(member)?.client.call;
    const names = { databaseName, memberName: name, client, nameOf: (each: string) => memberName(world, each) };
    const commands = commandsOf(step, names, spelling);
    return commands.map((command) => `${name}: ${command}`);
  });
}

function remainingSteps(task: RestoreTaskState, { runId, order }: RestoreRunState, world: World): readonly Remaining[] {
  const { target } = task;
  switch (target.kind) {
    case 'files':
      return [];
    case 'removal':
      return [{ member: target.member, step: { kind: 'removeRecoveryDatabase' } }];
    case 'new':
      return [{ member: target.member, step: { kind: 'removeRecoveryDatabase' } }];
    case 'over': {
      const known = world.databases.get(target.guid);
      const seen = task.observed ?? task.baseline;
      const member = seen?.activeMember ?? known?.activeMember ?? known?.copies[0]?.member ?? 'unknown';
      if (!seen) return [{ member, step: { kind: 'readState' } }];
      const steps = mayHaveWritten(task) ? stepsToTheEnd(task, seen) : leftoversOf(task, seen, runId);
      return [...steps.map((step) => ({ member, step })), { member, step: { kind: 'readState' } }];
    }
    default: {
      const unknown: never = target;
      throw new Error(`unknown target ${JSON.stringify(unknown)}`);
    }
  }

  function stepsToTheEnd(state: RestoreTaskState, seen: Observation): readonly RestoreStep[] {
    const restored = lastRestore(state);
    const isRestored =
      restored !== undefined &&
      (restored.member === seen.activeMember || reseedsOf(state, seen.activeMember ?? '').length > 0);
    const passives = passivesOf(seen).filter((copy) => !isLeftOut(copy, order));
    const leftOut = passivesOf(seen).filter((copy) => isLeftOut(copy, order));
    const comment = suspendCommentOf(runId);
    return [
      ...(isRestored
        ? []
        : [
            ...passives
              .filter((copy) => !isSuspended(copy))
              .map(({ member }) => ({ kind: 'suspendCopy' as const, copyMember: member, comment })),
            ...(seen.mounted === false ? [] : [{ kind: 'dismount' as const }]),
            ...(seen.allowFileRestore === true ? [] : [{ kind: 'allowFileRestore' as const }]),
            { kind: 'restoreBackup' as const, sourceDatabaseName: state.databaseName, objects: state.objects },
          ]),
      ...(isRestored && seen.mounted === true ? [] : [{ kind: 'mount' as const }]),
      ...(isRestored && seen.allowFileRestore === false ? [] : [{ kind: 'forbidFileRestore' as const }]),
      ...passives
        .filter(
          ({ member, status }) =>
            !isRestored ||
            (member !== restored?.member && reseedsOf(state, member).length === 0) ||
            status !== 'Healthy',
        )
        .map(({ member }) => ({ kind: 'reseedCopy' as const, copyMember: member })),
      ...leftOut.flatMap(({ member }) => reseedsByHand(member, runId)),
    ];
  }
}
