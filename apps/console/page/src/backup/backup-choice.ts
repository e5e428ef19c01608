import type {
  BackupRequest,
  BackupType,
  CopyPreference,
  DatabasePriority,
  FailoverPolicy,
  Spread,
  WhatIf,
} from '#contracts';
import { hoursInMs, type NumberText } from '../model/hours.js';
import { NO_WINDOW, periodFaults, windowOf, type WindowChoice } from './period-choice.js';

/** A database that goes before or after the others. */
export interface PriorityChoice {
  /** Null: not chosen yet. */
  readonly database: string | null;
  readonly priority: NumberText;
}

export const NO_PRIORITY: PriorityChoice = { database: null, priority: '' };

/** What is chosen in the form. */
export interface BackupChoice {
  readonly dags: readonly string[];
  readonly databases: readonly string[];
  readonly excludeMembers: readonly string[];
  readonly preferMembers: readonly string[];
  readonly backupType: BackupType;
  readonly copyPreference: CopyPreference;
  readonly copiesPerDatabase: number;
  readonly spread: Spread;
  /** Null: as it fits the preference of copies. */
  readonly onFailover: FailoverPolicy | null;
  readonly minIntervalHours: NumberText;
  readonly deadlineHours: NumberText;
  readonly priority: NumberText;
  readonly databasePriorities: readonly PriorityChoice[];
  readonly window: WindowChoice;
  /** What if; such a plan shows what would be. */
  readonly withoutMembers: readonly string[];
  readonly growPercent: NumberText;
  readonly withinHours: NumberText;
}

export const NO_CHOICE: BackupChoice = {
  dags: [],
  databases: [],
  excludeMembers: [],
  preferMembers: [],
  backupType: 'full',
  copyPreference: 'preferPassive',
  copiesPerDatabase: 1,
  spread: 'member',
  onFailover: null,
  minIntervalHours: '',
  deadlineHours: '',
  priority: '',
  databasePriorities: [],
  window: NO_WINDOW,
  withoutMembers: [],
  growPercent: '',
  withinHours: '',
};

/** Why this can be neither planned nor started yet. */
export function faultsOf({ window, databasePriorities }: BackupChoice): readonly string[] {
  const named = databasePriorities.map(({ database }) => database).filter((database) => database !== null);
  const twice = named.filter((database, index) => named.indexOf(database) < index);
  return [
    ...periodFaults(window),
    ...databasePriorities.flatMap(({ database, priority }, index) =>
      database === null || priority === ''
        ? [`Database ${index + 1} with a priority of its own: choose it and its priority, or take it away.`]
        : [],
    ),
    ...[...new Set(twice)].map((database) => `${database} has two priorities: take one of them away.`),
  ];
}

/** Leaves out what is not chosen: an empty list would mean "none". Call it for choices without faults only. */
export function requestOf(choice: BackupChoice): BackupRequest {
  const { dags, databases, excludeMembers, preferMembers, backupType, copyPreference, copiesPerDatabase } = choice;
  // A run that reads passive copies only cannot follow the active one (the request would contradict itself).
  const onFailover = choice.onFailover ?? (copyPreference === 'passiveOnly' ? 'bestCopy' : null);
  const window = windowOf(choice.window);
  return {
    backupType,
    copyPreference,
    copiesPerDatabase,
    ...(dags.length > 0 ? { dags } : {}),
    ...(databases.length > 0 ? { databases } : {}),
    ...(excludeMembers.length > 0 ? { excludeMembers } : {}),
    ...(preferMembers.length > 0 ? { preferMembers } : {}),
    ...(choice.spread === 'member' ? {} : { spread: choice.spread }),
    ...(onFailover === null ? {} : { onFailover }),
    ...(choice.minIntervalHours === '' ? {} : { minIntervalMs: hoursInMs(choice.minIntervalHours) }),
    ...(choice.deadlineHours === '' ? {} : { deadlineMs: hoursInMs(choice.deadlineHours) }),
    ...(choice.priority === '' ? {} : { priority: Number(choice.priority) }),
    ...(choice.databasePriorities.length > 0
      ? { databasePriorities: choice.databasePriorities.flatMap(priorityOf) }
      : {}),
    ...(window === undefined ? {} : { window }),
  };
}

function priorityOf({ database, priority }: PriorityChoice): readonly DatabasePriority[] {
  return database === null ? [] : [{ database, priority: Number(priority) }];
}

/** Undefined: the plan is for the world as it is. */
export function whatIfOf({ withoutMembers, growPercent, withinHours }: BackupChoice): WhatIf | undefined {
  const whatIf = {
    ...(withoutMembers.length > 0 ? { withoutMembers } : {}),
    ...(growPercent === '' ? {} : { growPercent: Number(growPercent) }),
    ...(withinHours === '' ? {} : { windowMs: hoursInMs(withinHours) }),
  };
  return Object.keys(whatIf).length === 0 ? undefined : whatIf;
}

/** How much is chosen in each part of the form that may be closed. */
export function chosenIn(choice: BackupChoice): Readonly<Record<'how' | 'when' | 'order' | 'whatIf', number>> {
  const { preferMembers, onFailover, spread, minIntervalHours, deadlineHours, window } = choice;
  const count = (...isChosen: readonly boolean[]): number => isChosen.filter(Boolean).length;
  return {
    how: count(preferMembers.length > 0, onFailover !== null, spread !== NO_CHOICE.spread),
    when: window.periods.length + count(minIntervalHours !== '', deadlineHours !== ''),
    order: choice.databasePriorities.length + count(choice.priority !== ''),
    whatIf: count(choice.withoutMembers.length > 0, choice.growPercent !== '', choice.withinHours !== ''),
  };
}
