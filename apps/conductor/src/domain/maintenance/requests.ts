import { dagIdOf, memberIdOf, type LimitScope, type LimitsChangeRequest } from '#contracts';
import { closest } from 'fastest-levenshtein';
import type { Settings } from '../settings.js';
import { slotsOf } from '../slots.js';
import { memberName, type World } from '../world.js';
import { limitOf } from './limits.js';
import type { LimitSetting } from './maintenance.events.js';
import { limitKey, type MaintenanceState } from './maintenance.state.js';

/** More backups at once than any installation has members times streams; a larger number is a slip of the finger. */
const PARALLEL_MAX = 10_000;

/** A request with its names as the product knows them. */
export function limitSettings({ changes }: LimitsChangeRequest): readonly LimitSetting[] {
  return changes.map(({ scope, name, value }) => ({
    scope,
    name: name === undefined ? null : idIn(scope, name),
    value: value ?? null,
  }));
}

function idIn(scope: LimitScope, name: string): string {
  if (scope === 'member' || scope === 'startGap') return memberIdOf(name);
  return scope === 'dag' ? dagIdOf(name) : name;
}

/** Everything that is wrong with a change of limits, each with its clause. */
export function limitProblems(changes: readonly LimitSetting[], world: World): readonly string[] {
  const keys = changes.map(({ scope, name }) => limitKey(scope, name));
  const twice = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
  return [
    ...changes.flatMap((each, index) => problemsOf(each, `changes[${index}]`, world)),
    ...[...twice].map((key) => `changes: ${key} is given twice`),
  ];
}

function problemsOf({ scope, name, value }: LimitSetting, clause: string, world: World): readonly string[] {
  const problems: string[] = [];
  if (value === 0 && scope !== 'startGap')
    problems.push(`${clause}.value: a limit of 0 would let nothing start for good; drain the member, or give a window`);
  if (value !== null && value > PARALLEL_MAX && scope !== 'startGap')
    problems.push(`${clause}.value: at most ${PARALLEL_MAX} backups at once, not ${value}`);
  if (name !== null) problems.push(...nameProblems(scope, name, clause, world));
  return problems;
}

function nameProblems(scope: LimitScope, name: string, clause: string, world: World): readonly string[] {
  if (scope === 'global') return [`${clause}.name: the limit over everything has no name`];
  if (scope === 'volume') return [`${clause}.name: the limit of volumes is one for all of them`];
  const known = namesOf(scope, world);
  if (known.includes(name)) return [];
  const nearest = known.length === 0 ? 'none is known' : `the nearest known name is "${closest(name, known)}"`;
  return [`${clause}.name: there is no ${scope === 'startGap' ? 'member' : scope} "${name}"; ${nearest}`];
}

function namesOf(scope: LimitScope, world: World): string[] {
  const members = [...world.members.values()];
  const names = members.flatMap(({ id, dag, site, storageServer }) => {
    if (scope === 'dag') return dag ?? [];
    if (scope === 'site') return site ?? [];
    return scope === 'storageServer' ? (storageServer ?? []) : id;
  });
  return [...new Set(names)].toSorted();
}

/** What is to be noted though it is allowed: a member's limit above what everything around it lets through. */
export function limitNotes(
  changes: readonly LimitSetting[],
  before: MaintenanceState,
  settings: Settings,
  world: World,
): readonly string[] {
  return changes.flatMap(({ scope, name, value }) => {
    if (scope !== 'member' || name === null || value === null) return [];
    return slotsOf(name, world.members.get(name), null).flatMap((slot) => {
      if (slot.scope === 'member') return [];
      const around = limitOf(before, settings, slot.scope, slot.name);
      if (around === null || around >= value) return [];
      return [`${memberName(world, name)} may do ${value} at once, but ${slot.scope} ${slot.name} allows ${around}`];
    });
  });
}

export function drainProblems(member: string, world: World): readonly string[] {
  if (world.members.has(member)) return [];
  const known = [...world.members.keys()];
  const nearest = known.length === 0 ? 'none is known' : `the nearest known name is "${closest(member, known)}"`;
  return [`member: there is no member "${member}"; ${nearest}`];
}

/** What will wait for the member's return. */
export function drainNotes(member: string, world: World): readonly string[] {
  const only = [...world.databases.values()]
    .filter(({ copies }) => copies.length > 0 && copies.every((copy) => copy.member === member))
    .map(({ name }) => name)
    .toSorted();
  return only.length === 0 ? [] : [`only ${memberName(world, member)} holds ${only.join(', ')}, so they wait for it`];
}
