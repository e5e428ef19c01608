import type {
  BackupRequest,
  BackupType,
  CopyPreference,
  FailoverPolicy,
  Spread,
  Weekday,
  WhatIf,
  WindowEnding,
} from '#contracts';

const HOUR_MS = 60 * 60 * 1_000;

/** A number field; empty: nothing is said. */
export type NumberText = number | string;

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
  readonly windowDays: readonly Weekday[];
  readonly windowFrom: string;
  readonly windowTo: string;
  readonly whenClosed: WindowEnding;
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
  windowDays: [],
  windowFrom: '',
  windowTo: '',
  whenClosed: 'finish',
  withoutMembers: [],
  growPercent: '',
  withinHours: '',
};

/** Leaves out what is not chosen: an empty list would mean "none". The window's times are the viewer's. */
export function requestOf(choice: BackupChoice): BackupRequest {
  const { dags, databases, excludeMembers, preferMembers, backupType, copyPreference, copiesPerDatabase } = choice;
  // A run that reads passive copies only cannot follow the active one (the request would contradict itself).
  const onFailover = choice.onFailover ?? (copyPreference === 'passiveOnly' ? 'bestCopy' : null);
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
    ...(choice.minIntervalHours === '' ? {} : { minIntervalMs: inMs(choice.minIntervalHours) }),
    ...(choice.deadlineHours === '' ? {} : { deadlineMs: inMs(choice.deadlineHours) }),
    ...(choice.priority === '' ? {} : { priority: Number(choice.priority) }),
    ...windowOf(choice),
  };
}

function windowOf(choice: BackupChoice): Pick<BackupRequest, 'window'> {
  const { windowDays: days, windowFrom: from, windowTo: to, whenClosed } = choice;
  if (days.length === 0 || from === '' || to === '') return {};
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { window: { timeZone, periods: [{ days, from, to }], whenClosed } };
}

/** Undefined: the plan is for the world as it is. */
export function whatIfOf({ withoutMembers, growPercent, withinHours }: BackupChoice): WhatIf | undefined {
  const whatIf = {
    ...(withoutMembers.length > 0 ? { withoutMembers } : {}),
    ...(growPercent === '' ? {} : { growPercent: Number(growPercent) }),
    ...(withinHours === '' ? {} : { windowMs: inMs(withinHours) }),
  };
  return Object.keys(whatIf).length === 0 ? undefined : whatIf;
}

function inMs(hours: NumberText): number {
  return Math.round(Number(hours) * HOUR_MS);
}
