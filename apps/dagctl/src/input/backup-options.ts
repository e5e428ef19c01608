import { userInfo, hostname } from 'node:os';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { BackupRequest, type CopyPreference, type FailoverPolicy } from '#contracts';
import { parseDuration } from './duration.js';
import { databasePriorities } from './database-priorities.js';
import { UsageError } from './usage-error.js';
import { windowOf, type WindowOptions } from './window-options.js';

/** What commander collected; texts as typed. */
export interface BackupOptions extends WindowOptions {
  readonly dag?: readonly string[];
  readonly database?: readonly string[];
  readonly type?: string;
  readonly copiesPerDatabase?: string;
  readonly excludeMember?: readonly string[];
  readonly preferMember?: readonly string[];
  readonly minInterval?: string;
  readonly spread?: string;
  readonly prefer?: string;
  readonly onFailover?: string;
  readonly deadline?: string;
  readonly requestId?: string;
  readonly requestedBy?: string;
  readonly priority?: string;
  readonly databasePriority?: readonly string[];
}

export const PREFER_WORDS: Readonly<Record<string, CopyPreference>> = {
  passive: 'preferPassive',
  'passive-only': 'passiveOnly',
  'active-only': 'activeOnly',
};

export const ON_FAILOVER_WORDS: Readonly<Record<string, FailoverPolicy>> = {
  'follow-active': 'followActive',
  'best-copy': 'bestCopy',
};

/** The option that a field of the request came from, for messages. */
const OPTION_OF: Readonly<Record<string, string>> = {
  requestId: '--request-id',
  requestedBy: '--requested-by',
  backupType: '--type',
  dags: '--dag',
  databases: '--database',
  excludeMembers: '--exclude-member',
  copiesPerDatabase: '--copies-per-database',
  preferMembers: '--prefer-member',
  minIntervalMs: '--min-interval',
  spread: '--spread',
  deadlineMs: '--deadline',
  priority: '--priority',
  databasePriorities: '--database-priority',
};

/** The request that a command line asks for; every fault of it is named at once. */
export function backupRequest(options: BackupOptions): BackupRequest {
  const faults: string[] = [];
  const word = <Value>(
    text: string | undefined,
    words: Readonly<Record<string, Value>>,
    option: string,
  ): Value | undefined => {
    if (text === undefined) return undefined;
    if (!(text in words)) faults.push(`${option} must be one of ${Object.keys(words).join(', ')}, not "${text}"`);
    return words[text];
  };
  const duration = (text: string | undefined, option: string): number | undefined => {
    if (text === undefined) return undefined;
    const ms = parseDuration(text);
    if (ms === undefined) faults.push(`${option} must be a time like 6h, 90m or 1h30m, not "${text}"`);
    return ms;
  };
  const plain = withoutUndefined({
    requestId: options.requestId,
    requestedBy: options.requestedBy ?? `${userInfo().username}@${hostname()}`,
    backupType: options.type,
    dags: options.dag,
    databases: options.database,
    excludeMembers: options.excludeMember,
    preferMembers: options.preferMember,
    minIntervalMs: duration(options.minInterval, '--min-interval'),
    spread: options.spread,
    copiesPerDatabase: options.copiesPerDatabase === undefined ? undefined : Number(options.copiesPerDatabase),
    copyPreference: word(options.prefer, PREFER_WORDS, '--prefer'),
    onFailover: word(options.onFailover, ON_FAILOVER_WORDS, '--on-failover'),
    deadlineMs: duration(options.deadline, '--deadline'),
    priority: options.priority === undefined ? undefined : Number(options.priority),
    databasePriorities: databasePriorities(options.databasePriority, faults),
    window: windowOf(options, faults),
  });
  const request = plainToInstance(BackupRequest, plain);
  for (const { property, constraints, children } of validateSync(request)) {
    const option = OPTION_OF[property] ?? property;
    const named = (message: string): string =>
      message.replaceAll(property, option).replaceAll('$value', [plain[property]].flat().join(', '));
    faults.push(...Object.values(constraints ?? {}).map(named));
    faults.push(
      ...(children ?? []).flatMap(textsOf).map((text) => `${OPTION_OF[property] ?? `--${property}`}: ${text}`),
    );
  }
  if (faults.length > 0)
    throw new UsageError(
      `The backup cannot be asked for like this:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  return request;
}

function textsOf({ constraints, children }: ValidationError): readonly string[] {
  return [...Object.values(constraints ?? {}), ...(children ?? []).flatMap(textsOf)];
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Collects a repeatable option whose values may also be lists: `--database DB01,DB02 --database DB03`. */
export function collectList(value: string, before: readonly string[] | undefined): readonly string[] {
  const words = value.split(',').map((word) => word.trim());
  return [...(before ?? []), ...words.filter((word) => word !== '')];
}
