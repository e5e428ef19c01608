import type { RestorePreflight, RestoreRequest, RestoreTarget } from '#contracts';
import { hoursInMs, type NumberText } from '../model/hours.js';

/** What is chosen in the form. */
export interface RestoreChoice {
  /** Which of the next two counts; `all`: neither, but every database that the inventory knows. */
  readonly what: 'databases' | 'dags' | 'all';
  readonly databases: readonly string[];
  readonly dags: readonly string[];
  readonly point: 'newest' | 'time' | 'backup';
  /** As the browser's field gives it: local time without a zone. */
  readonly at: string;
  readonly backupId: string | null;
  readonly target: 'original' | 'recovery' | 'removeRecovery' | 'database' | 'server' | 'files';
  readonly toDatabase: string | null;
  readonly toMember: string | null;
  readonly toPath: string;
  /** Members whose copies are left as they are, because their servers are away. */
  readonly withoutCopiesOn: readonly string[];
  /** What is done about a backup of the database that runs. */
  readonly cancelBackup: boolean;
  readonly takeFullAfter: boolean;
  /** What has touched nothing by then has failed. */
  readonly deadlineHours: NumberText;
}

export const NO_RESTORE: RestoreChoice = {
  what: 'databases',
  databases: [],
  dags: [],
  point: 'newest',
  at: '',
  backupId: null,
  target: 'original',
  toDatabase: null,
  toMember: null,
  toPath: '',
  withoutCopiesOn: [],
  cancelBackup: false,
  takeFullAfter: false,
  deadlineHours: '',
};

/** What a link to the page has chosen: databases, and of one alone also one of its backups. */
export function choiceIn(search: URLSearchParams): RestoreChoice {
  const choice = { ...NO_RESTORE, databases: search.getAll('database') };
  const backupId = search.get('backup');
  return backupId === null || onlyDatabase(choice) === undefined ? choice : { ...choice, point: 'backup', backupId };
}

export function isComplete(choice: RestoreChoice): boolean {
  const hasPoint = choice.point === 'newest' || (choice.point === 'time' ? choice.at !== '' : choice.backupId !== null);
  const hasTarget =
    (choice.target !== 'database' || choice.toDatabase !== null) &&
    (choice.target !== 'server' || choice.toMember !== null) &&
    (choice.target !== 'files' || choice.toPath.trim() !== '');
  const hasSelection = choice.what === 'all' || choice[choice.what].length > 0;
  return hasSelection && hasPoint && hasTarget;
}

/** The request that the form stands for; call it for complete choices only. */
export function restoreOf(choice: RestoreChoice, confirm: readonly string[]): RestoreRequest {
  return {
    ...(choice.what === 'all' ? { all: true } : { [choice.what]: choice[choice.what] }),
    point: pointOf(choice),
    to: targetOf(choice),
    ...(choice.withoutCopiesOn.length > 0 ? { withoutCopiesOn: choice.withoutCopiesOn } : {}),
    ...(choice.cancelBackup ? { onRunningBackup: 'cancel' } : {}),
    fullAfter: choice.takeFullAfter ? 'take' : 'recommend',
    ...(choice.deadlineHours === '' ? {} : { deadlineMs: hoursInMs(choice.deadlineHours) }),
    ...(confirm.length > 0 ? { confirm } : {}),
  };
}

function pointOf({ point, at, backupId }: RestoreChoice): NonNullable<RestoreRequest['point']> {
  switch (point) {
    case 'newest':
      return { kind: 'newest' };
    case 'time':
      return { kind: 'time', at: new Date(at).toISOString() };
    case 'backup':
      return { kind: 'backup', backupId: backupId ?? '' };
    default: {
      const unknown: never = point;
      throw new Error(`unknown point ${String(unknown)}`);
    }
  }
}

function targetOf({ target, toDatabase, toMember, toPath }: RestoreChoice): RestoreTarget {
  const onMember = toMember === null ? {} : { member: toMember };
  switch (target) {
    case 'original':
      return { kind: 'original' };
    case 'database':
      return { kind: 'database', database: toDatabase ?? '' };
    case 'recovery':
    case 'removeRecovery':
    case 'server':
      return { kind: target, ...onMember };
    case 'files':
      return { kind: 'files', path: toPath, ...onMember };
    default: {
      const unknown: never = target;
      throw new Error(`unknown target ${String(unknown)}`);
    }
  }
}

/** The one database that is to be restored; undefined: there are several, or none yet. */
export function onlyDatabase({ what, databases }: RestoreChoice): string | undefined {
  return what === 'databases' && databases.length === 1 ? databases[0] : undefined;
}

/** How much is chosen in the part of the form that may be closed. */
export function chosenInMore({ withoutCopiesOn, cancelBackup, takeFullAfter, deadlineHours }: RestoreChoice): number {
  return [withoutCopiesOn.length > 0, cancelBackup, takeFullAfter, deadlineHours !== ''].filter(Boolean).length;
}

/** Those of the names that are typed, one to a line, in any order and letter by letter as they are. */
export function typedOf(names: readonly string[], text: string): readonly string[] {
  const lines = new Set(text.split('\n').map((line) => line.trim()));
  return names.filter((name) => lines.has(name));
}

/** The names that have to be typed before this may start: of each database whose users lose what is in it now. */
export function toConfirm(preflight: RestorePreflight): readonly string[] {
  return preflight.databases
    .filter(({ needsConfirmation }) => needsConfirmation)
    .map(({ offlineDatabase, databaseName }) => offlineDatabase ?? databaseName);
}

/** Whether the request can be carried out once its names are typed. A missing confirmation is itself one of the problems, and the only one allowed. */
export function canStart({ problems, databases }: RestorePreflight): boolean {
  return (
    problems.length === 0 &&
    databases.every((database) => database.problems.length === (database.needsConfirmation ? 1 : 0))
  );
}
