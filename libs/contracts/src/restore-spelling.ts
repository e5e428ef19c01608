import { IsString, MaxLength } from 'class-validator';
import { memberIdOf } from './ids.js';
import type { RestoreObject } from './views.restore.js';

const NAME_MAX_LENGTH = 200;

/**
 * How `tdpexcc restore` spells what it takes. IBM's page of this command could not be had, so every word is unconfirmed
 * and may be given otherwise in the configuration: of the agents, who type it, and of the conductor, who shows it to
 * people. Nothing else knows the words. An empty word is left out.
 */
export const RESTORE_SPELLING = {
  command: 'restore',
  object: '/OBJECT=',
  intoDatabase: '/INTODB=',
  fromServer: '/FROMEXCSERVER=',
  eraseExistingLogs: '/ERASEEXISTINGLOGS=YES',
  doNotMount: '/MOUNTDATABASES=NO',
  recover: '/RECOVER=APPLYRESTOREDLOGS',
  filesCommand: 'restorefiles',
  filesInto: '/INTO=',
} as const;

export type RestoreSpelling = Readonly<Record<keyof typeof RESTORE_SPELLING, string>>;

/** The words that are spelled otherwise than assumed, in the configuration file of whoever needs them. */
export class RestoreSpellingConfig implements RestoreSpelling {
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly command: string = RESTORE_SPELLING.command;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly object: string = RESTORE_SPELLING.object;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly intoDatabase: string = RESTORE_SPELLING.intoDatabase;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly fromServer: string = RESTORE_SPELLING.fromServer;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly eraseExistingLogs: string = RESTORE_SPELLING.eraseExistingLogs;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly doNotMount: string = RESTORE_SPELLING.doNotMount;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly recover: string = RESTORE_SPELLING.recover;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly filesCommand: string = RESTORE_SPELLING.filesCommand;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly filesInto: string = RESTORE_SPELLING.filesInto;
}

/** One backup of a chain, put back by one process. */
export interface SpelledRestore {
  readonly sourceDatabaseName: string;
  readonly object: Pick<RestoreObject, 'backupType' | 'objectName'>;
  /** Over which database, or into which folder. */
  readonly into: { readonly database: string } | { readonly folder: string };
  readonly owner: RestoreOwner;
  /** Logs that are there already do not belong to what is restored. */
  readonly isFirst: boolean;
  /** After it the database is brought to a consistent state; before it, more logs come. */
  readonly isLast: boolean;
}

/** Under whose node on the storage server a backup is: the DAG's, that of the member which restores, or another member's. */
export type RestoreOwner =
  | { readonly kind: 'dagNode'; readonly node: string }
  | { readonly kind: 'own' }
  | { readonly kind: 'server'; readonly server: string };

/** The rule of agents: what is not under the DAG's node is under the own node of the member that made it. */
export function restoreOwner(
  { node, sourceMember }: Pick<RestoreObject, 'node' | 'sourceMember'>,
  { member, dagNode }: { readonly member: string; readonly dagNode: string | null },
): RestoreOwner {
  if (dagNode !== null && (node === null || node.toLowerCase() === dagNode.toLowerCase()))
    return { kind: 'dagNode', node: dagNode };
  const isOwn = sourceMember === null || sourceMember === memberIdOf(member);
  return isOwn ? { kind: 'own' } : { kind: 'server', server: sourceMember };
}

/** What to restore, as the words that stand first, and how, as the options after them. */
export interface RestoreWords {
  readonly subject: readonly string[];
  readonly options: readonly string[];
}

export function restoreWords(restore: SpelledRestore, words: RestoreSpelling): RestoreWords {
  const { sourceDatabaseName, object, into, owner } = restore;
  const isFiles = 'folder' in into;
  return {
    subject: [isFiles ? words.filesCommand : words.command, sourceDatabaseName, object.backupType],
    options: [
      ...ownerOption(owner, words),
      ...withValue(words.object, object.objectName),
      ...(isFiles ? withValue(words.filesInto, into.folder) : overDatabase(restore, into.database, words)),
    ],
  };
}

function overDatabase(
  { sourceDatabaseName, isFirst, isLast }: SpelledRestore,
  database: string,
  words: RestoreSpelling,
): readonly string[] {
  return [
    ...withValue(words.intoDatabase, database === sourceDatabaseName ? null : database),
    ...flag(words.eraseExistingLogs, isFirst),
    ...flag(words.recover, isLast),
    ...flag(words.doNotMount, true),
  ];
}

function ownerOption(owner: RestoreOwner, words: RestoreSpelling): readonly string[] {
  switch (owner.kind) {
    case 'dagNode':
      return [`/DAGNODE=${owner.node}`];
    case 'server':
      return withValue(words.fromServer, owner.server);
    case 'own':
      return [];
    default: {
      const unknown: never = owner;
      throw new Error(`unknown owner ${JSON.stringify(unknown)}`);
    }
  }
}

function withValue(word: string, value: string | null): readonly string[] {
  return word === '' || value === null ? [] : [`${word}${value}`];
}

function flag(word: string, isSet: boolean): readonly string[] {
  return word !== '' && isSet ? [word] : [];
}
