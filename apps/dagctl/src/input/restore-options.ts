import { userInfo, hostname } from 'node:os';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { RestoreRequest } from '#contracts';
import { parseDuration } from './duration.js';
import { parseMoment } from './moment.js';
import { UsageError } from './usage-error.js';

/** What commander collected; texts as typed. */
export interface RestoreOptions {
  readonly dag?: readonly string[];
  readonly database?: readonly string[];
  readonly all?: boolean;
  readonly backup?: string;
  readonly at?: string;
  readonly to?: string;
  readonly member?: string;
  readonly confirm?: readonly string[];
  readonly withoutCopiesOn?: readonly string[];
  readonly fullAfter?: boolean;
  readonly cancelBackup?: boolean;
  readonly deadline?: string;
  readonly requestId?: string;
  readonly requestedBy?: string;
}

export const TO_FORMS = ['original', 'database:NAME', 'recovery', 'recovery-remove', 'server:MEMBER', 'files:PATH'];

/** The option that a field of the request came from, for messages. */
const OPTION_OF: Readonly<Record<string, string>> = {
  requestId: '--request-id',
  requestedBy: '--requested-by',
  dags: '--dag',
  databases: '--database',
  backupId: '--backup',
  at: '--at',
  member: '--member',
  database: '--to',
  path: '--to',
  confirm: '--confirm',
  withoutCopiesOn: '--without-copies-on',
  deadlineMs: '--deadline',
};

/** The request that a command line asks for; every fault of it is named at once. */
export function restoreRequest(options: RestoreOptions): RestoreRequest {
  const faults: string[] = [];
  const selections = [options.database, options.dag, options.all || undefined].filter((each) => each !== undefined);
  if (selections.length !== 1)
    faults.push(
      'say what to restore with exactly one of --database, --dag and --all; nothing is restored by leaving it out',
    );
  if (options.backup !== undefined && options.at !== undefined)
    faults.push('--backup and --at say two different points; give one of them, or none for the newest');
  const at = options.at === undefined ? undefined : parseMoment(options.at);
  if (options.at !== undefined && at === undefined)
    faults.push(
      `--at must be a time with a zone like 2026-01-31T22:00:00Z or 2026-01-31T23:00:00+01:00, not "${options.at}"`,
    );
  const deadlineMs = options.deadline === undefined ? undefined : parseDuration(options.deadline);
  if (options.deadline !== undefined && deadlineMs === undefined)
    faults.push(`--deadline must be a time like 6h, 90m or 1h30m, not "${options.deadline}"`);
  const to = targetOf(options, faults);
  const plain = withoutUndefined({
    requestId: options.requestId,
    requestedBy: options.requestedBy ?? `${userInfo().username}@${hostname()}`,
    databases: options.database,
    dags: options.dag,
    all: options.all || undefined,
    point: pointOf(options.backup, at),
    to,
    confirm: options.confirm,
    withoutCopiesOn: options.withoutCopiesOn,
    fullAfter: options.fullAfter ? 'take' : undefined,
    onRunningBackup: options.cancelBackup ? 'cancel' : undefined,
    deadlineMs,
  });
  const request = plainToInstance(RestoreRequest, plain);
  for (const error of leavesOf(validateSync(request))) {
    const { property, constraints } = error;
    const option = OPTION_OF[property] ?? property;
    faults.push(
      ...Object.values(constraints ?? {}).map((text) =>
        text.replaceAll(property, option).replaceAll('$value', String(error.value)),
      ),
    );
  }
  if (faults.length > 0)
    throw new UsageError(
      `The restore cannot be asked for like this:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  return request;
}

function pointOf(backupId: string | undefined, at: string | undefined): object | undefined {
  if (backupId !== undefined) return { kind: 'backup', backupId };
  return at === undefined ? undefined : { kind: 'time', at };
}

function targetOf({ to, member }: RestoreOptions, faults: string[]): object | undefined {
  if (to === undefined || to === 'original') {
    if (member !== undefined) faults.push('--member goes with --to recovery and --to files:PATH');
    return to === undefined ? undefined : { kind: 'original' };
  }
  const chosen = member === undefined ? {} : { member };
  if (to === 'recovery') return { kind: 'recovery', ...chosen };
  if (to === 'recovery-remove') return { kind: 'removeRecovery', ...chosen };
  const [, kind, value = ''] = /^(database|server|files):(.+)$/.exec(to) ?? [];
  if (kind === 'database') return { kind, database: value };
  if (kind === 'server') return { kind, member: value };
  if (kind === 'files') return { kind, path: value, ...chosen };
  faults.push(`--to must be one of ${TO_FORMS.join(', ')}, not "${to}"`);
  return undefined;
}

function leavesOf(errors: readonly ValidationError[]): readonly ValidationError[] {
  return errors.flatMap((error) => (error.constraints ? [error] : leavesOf(error.children ?? [])));
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
