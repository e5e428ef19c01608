import type { DatabaseView, MemberView } from '#contracts';
import { iso } from '../domain/views.js';
import { memberName, type World } from '../domain/world.js';
import type { PlanningContext } from './plan.js';
import { isAway } from './observation.js';
import type { RestoreOrder, RestorePlan } from './restore.events.js';
import { isLeftOut } from './saga/move.js';
import { WITHOUT_IT } from './saga/objections.js';

export interface Problems {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly needsConfirmation: boolean;
}

/** What stands against a restore in the conductor's picture. The agent's own look, just before the first change, has the last word. */
export function problemsOf(
  plan: RestorePlan,
  member: string | null,
  order: RestoreOrder,
  context: PlanningContext,
): Problems {
  const { world } = context;
  const problems: string[] = [];
  const warnings: string[] = [];
  if (member === null) {
    problems.push(
      `nobody knows where ${plan.target.kind === 'files' ? plan.databaseName : plan.target.name} is active`,
    );
    return { problems, warnings, needsConfirmation: false };
  }
  const name = memberName(world, member);
  const view = world.members.get(member);
  if (!context.isAlive(member)) problems.push(`the agent of ${name} does not answer`);
  if (view?.client.installed === false) problems.push(`${name} has no backup client`);
  if (plan.target.kind === 'removal') return { problems, warnings, needsConfirmation: false };
  versions(plan, view, world, problems, warnings);
  if (plan.target.kind === 'new') {
    const { name: newName } = plan.target;
    if (world.databases.some((database) => database.name.toLowerCase() === newName.toLowerCase()))
      problems.push(`there is a database ${newName} already; remove it first`);
    const mounted = world.databases.find(
      (each) => each.kind === 'recovery' && each.mounted === true && each.copies[0]?.member === member,
    );
    if (plan.target.isRecovery && mounted)
      warnings.push(`${name} has the recovery database ${mounted.name} mounted, and only one can be: it is waited for`);
  }
  const isUnconfirmed =
    plan.target.kind === 'over' && overwriting(plan.target.guid, order, context, problems, warnings);
  return { problems, warnings, needsConfirmation: isUnconfirmed };
}

/** True: the request does not confirm what it overwrites. */
function overwriting(
  guid: string,
  order: RestoreOrder,
  { world, isAlive }: PlanningContext,
  problems: string[],
  warnings: string[],
): boolean {
  const database = world.databases.get(guid);
  if (!database) {
    problems.push('the inventory does not know the database that is to be overwritten any more');
    return false;
  }
  if (database.activeMember !== null && order.withoutCopiesOn.includes(database.activeMember))
    problems.push(
      `${database.name} is active on ${memberName(world, database.activeMember)}, and the active copy cannot be left out`,
    );
  for (const copy of database.copies) {
    const { member: holder, status, suspendComment } = copy;
    if (holder === database.activeMember) continue;
    const name = memberName(world, holder);
    if (isLeftOut(copy, order))
      warnings.push(
        `the copy on ${name} is ${status} and left out: it has to be reseeded by hand when ${name} is back`,
      );
    else if (isAway(copy))
      problems.push(
        `the copy of ${database.name} on ${name} is ${status}: it could be neither suspended nor reseeded; ${WITHOUT_IT}`,
      );
    else if (order.withoutCopiesOn.includes(holder))
      warnings.push(`the copy on ${name} is ${status}, so it is suspended and reseeded like the others`);
    else if (suspendComment !== null && suspendComment !== undefined && suspendComment !== '')
      warnings.push(
        `the copy on ${name} is suspended (${suspendComment}); it is reseeded, and so resumed, with the others`,
      );
    if (!isAlive(holder) && !isLeftOut(copy, order))
      warnings.push(`the agent of ${name} does not answer: its copy is reseeded from elsewhere`);
  }
  if (database.mounted === false || isConfirmed(database, order)) return false;
  problems.push(
    `${database.name} is ${database.mounted === null ? 'perhaps ' : ''}mounted, and everything in it is lost: confirm it (--confirm ${database.name}; in JSON "confirm": ["${database.name}"])`,
  );
  return true;
}

export function isConfirmed({ guid, name }: DatabaseView, { confirm }: RestoreOrder): boolean {
  return confirm.some((each) => each.toLowerCase() === name.toLowerCase() || each.toLowerCase() === guid);
}

function versions(
  plan: RestorePlan,
  view: MemberView | undefined,
  world: World,
  problems: string[],
  warnings: string[],
): void {
  const source = plan.objects[0]?.sourceMember ?? null;
  const from = source === null ? undefined : world.members.get(source)?.exchangeVersion;
  const to = view?.exchangeVersion;
  if (!view || !from || !to) {
    if (view && source !== view.id)
      warnings.push(`whether the Exchange version of the backup fits ${view.name} is not known`);
    return;
  }
  if (release(from) !== release(to))
    problems.push(
      `the backup is of Exchange ${from} and ${view.name} has ${to}: a database can only be restored into its own release`,
    );
}

/** `15.2.1118.7` and `Version 15.2 (Build 1118.7)` are both 15.2. */
function release(version: string): string {
  return /\d+\.\d+/.exec(version)?.[0] ?? version;
}

/** Of those who were asked in vain: since when nobody knows what they have. */
export function notLearned(missingMembers: readonly string[], world: World, nowMs: number): readonly string[] {
  return missingMembers.map((member) => {
    const name = memberName(world, member);
    const ageMs = world.members.get(member)?.agent.reportAgeMs ?? null;
    return ageMs === null
      ? `${name} has never reported what it has`
      : `what ${name} has could not be learned since ${iso(nowMs - ageMs)}: it did not report in time`;
  });
}
