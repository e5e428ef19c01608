import type { DatabaseView, MemberView } from '#contracts';
import { iso } from '../domain/views.js';
import { memberName, type World } from '../domain/world.js';
import type { PlanningContext } from './plan.js';
import type { RestoreOrder, RestorePlan } from './restore.events.js';
import { spaceAt, spaceForNew, volumeOf, type SpaceJudgement } from './space.js';

export interface Problems {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly needsConfirmation: boolean;
}

const UNREACHABLE: ReadonlySet<string> = new Set(['ServiceDown', 'Misconfigured', 'NonExchangeReplication', 'Unknown']);

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
  const told = (judgement: SpaceJudgement): void => {
    problems.push(...judgement.problems);
    warnings.push(...judgement.warnings);
  };
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
  if (plan.target.kind === 'files')
    told(spaceAt(plan.sizeBytes, volumeOf(view, plan.target.folder), name, plan.target.folder));
  if (plan.target.kind === 'new') {
    const { name: newName } = plan.target;
    if (world.databases.some((database) => database.name.toLowerCase() === newName.toLowerCase()))
      problems.push(`there is a database ${newName} already; remove it first`);
    const mounted = world.databases.find(
      (each) => each.kind === 'recovery' && each.mounted === true && each.copies[0]?.member === member,
    );
    told(spaceForNew(plan.sizeBytes, view, name, newName));
    if (plan.target.isRecovery && mounted)
      warnings.push(`${name} has the recovery database ${mounted.name} mounted, and only one can be: it is waited for`);
  }
  const isUnconfirmed =
    plan.target.kind === 'over' && overwriting(plan, plan.target.guid, member, order, context, problems, warnings);
  return { problems, warnings, needsConfirmation: isUnconfirmed };
}

/** True: the request does not confirm what it overwrites. */
function overwriting(
  plan: RestorePlan,
  guid: string,
  member: string,
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
  for (const { member: holder, status, suspendComment } of database.copies) {
    if (holder === database.activeMember) continue;
    const name = memberName(world, holder);
    if (UNREACHABLE.has(status))
      problems.push(`the copy of ${database.name} on ${name} is ${status}: it could be neither suspended nor reseeded`);
    else if (suspendComment !== null && suspendComment !== undefined && suspendComment !== '')
      warnings.push(
        `the copy on ${name} is suspended (${suspendComment}); it is reseeded, and so resumed, with the others`,
      );
    if (!isAlive(holder)) warnings.push(`the agent of ${name} does not answer: its copy is reseeded from elsewhere`);
  }
  const view = world.members.get(member);
  // What is overwritten makes room for what is restored.
  const gained = Math.max(0, plan.sizeBytes - Number(database.sizeBytes ?? 0));
  const path = database.edbPath ?? null;
  const room = spaceAt(gained, volumeOf(view, path), memberName(world, member), path ?? 'its files');
  problems.push(...room.problems);
  warnings.push(...room.warnings);
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
