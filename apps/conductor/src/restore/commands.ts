import {
  memberIdOf,
  restoreOwner,
  restoreWords,
  type ClientCall,
  type RestoreObject,
  type RestoreSpelling,
  type RestoreStep,
} from '#contracts';

/** Where a step is carried out and on what, by the names that people and Exchange use. */
export interface StepNames {
  readonly databaseName: string;
  /** Of the member that carries it out. */
  readonly memberName: string;
  /** How that member calls its backup client; absent: not known. */
  readonly client?: ClientCall | undefined;
  nameOf(member: string): string;
}

/** What a step does, for people: `suspend the copy on EX02`. */
export function textOf(step: RestoreStep, { databaseName, memberName, nameOf }: StepNames): string {
  switch (step.kind) {
    case 'readState':
      return `read the state of ${databaseName}`;
    case 'moveActive':
      return `move the active copy to ${nameOf(step.toMember)}`;
    case 'suspendCopy':
      return `suspend the copy on ${nameOf(step.copyMember)}`;
    case 'resumeCopy':
      return `resume the copy on ${nameOf(step.copyMember)}`;
    case 'dismount':
      return `dismount ${databaseName}`;
    case 'mount':
      return `mount ${databaseName}`;
    case 'allowFileRestore':
      return `allow that the files of ${databaseName} are overwritten`;
    case 'forbidFileRestore':
      return `forbid again that the files of ${databaseName} are overwritten`;
    case 'createDatabase':
      return `create the database ${databaseName} on ${memberName}`;
    case 'createRecoveryDatabase':
      return `create the recovery database ${databaseName} on ${memberName}`;
    case 'removeRecoveryDatabase':
      return `remove the recovery database ${databaseName}`;
    case 'restoreBackup':
      return `restore ${objectsText(step.objects)} of ${step.sourceDatabaseName} into ${databaseName}`;
    case 'restoreFiles':
      return `restore the files of ${objectsText(step.objects)} of ${step.sourceDatabaseName} into ${step.folder}`;
    case 'reseedCopy':
      return `reseed the copy on ${nameOf(step.copyMember)}`;
    default: {
      const unknown: never = step;
      throw new Error(`unknown step ${JSON.stringify(unknown)}`);
    }
  }
}

function objectsText(objects: readonly RestoreObject[]): string {
  const [first] = objects;
  if (!first) return 'nothing';
  const more = objects.length > 1 ? ` and ${objects.length - 1} that follow it` : '';
  return `the ${first.backupType} of ${first.startedAt}${more}`;
}

/** The same as a person would type it: in the Exchange shell, or, for the backup client, at a command prompt of the member. */
export function commandsOf(step: RestoreStep, names: StepNames, spelling: RestoreSpelling): readonly string[] {
  const database = quoted(names.databaseName);
  const copy = (member: string): string => quoted(`${names.databaseName}\\${names.nameOf(member)}`);
  switch (step.kind) {
    case 'readState':
      return [`Get-MailboxDatabaseCopyStatus -Identity ${database}`];
    case 'moveActive':
      return [
        `Move-ActiveMailboxDatabase ${database} -ActivateOnServer ${quoted(names.nameOf(step.toMember))} -Confirm:$false`,
      ];
    case 'suspendCopy':
      return [
        `Suspend-MailboxDatabaseCopy ${copy(step.copyMember)} -SuspendComment ${quoted(step.comment)} -Confirm:$false`,
      ];
    case 'resumeCopy':
      return [`Resume-MailboxDatabaseCopy ${copy(step.copyMember)}`];
    case 'dismount':
      return [`Dismount-Database ${database} -Confirm:$false`];
    case 'mount':
      return [`Mount-Database ${database} -Confirm:$false`];
    case 'allowFileRestore':
      return [`Set-MailboxDatabase ${database} -AllowFileRestore $true`];
    case 'forbidFileRestore':
      return [`Set-MailboxDatabase ${database} -AllowFileRestore $false`];
    case 'createDatabase':
      return [`New-MailboxDatabase -Name ${database} -Server ${quoted(names.memberName)}`];
    case 'createRecoveryDatabase':
      return [`New-MailboxDatabase -Recovery -Name ${database} -Server ${quoted(names.memberName)}`];
    case 'removeRecoveryDatabase':
      return [`Dismount-Database ${database} -Confirm:$false`, `Remove-MailboxDatabase ${database} -Confirm:$false`];
    case 'restoreBackup':
      return clientCommands(step, { database: names.databaseName }, names, spelling);
    case 'restoreFiles':
      return clientCommands(step, { folder: step.folder }, names, spelling);
    case 'reseedCopy':
      return [`Update-MailboxDatabaseCopy ${copy(step.copyMember)} -DeleteExistingFiles -Force -Confirm:$false`];
    default: {
      const unknown: never = step;
      throw new Error(`unknown step ${JSON.stringify(unknown)}`);
    }
  }
}

/** What the agent would call, but for a log file of its own; each backup of a chain by itself. */
function clientCommands(
  { sourceDatabaseName, objects }: Extract<RestoreStep, { readonly objects: readonly RestoreObject[] }>,
  into: { readonly database: string } | { readonly folder: string },
  { memberName, client }: StepNames,
  spelling: RestoreSpelling,
): readonly string[] {
  return objects.map((object, index) => {
    const dagNode = client ? client.dagNode : likelyDagNode(object, memberName);
    const owner = restoreOwner(object, { member: memberName, dagNode });
    const isFirst = index === 0;
    const isLast = index === objects.length - 1;
    const words = restoreWords({ sourceDatabaseName, object, into, owner, isFirst, isLast }, spelling);
    return ['tdpexcc', ...words.subject, ...(client?.options ?? []), ...words.options].map(promptWord).join(' ');
  });
}

/** Where a member has not told its DAG's node: the one that owns the backup, unless that is a member's own. */
function likelyDagNode({ node, sourceMember }: RestoreObject, memberName: string): string | null {
  const id = node === null ? null : memberIdOf(node);
  return id === memberIdOf(memberName) || id === sourceMember ? null : node;
}

/** One word at a Windows command prompt. No name that Exchange or Windows allows holds a quotation mark. */
function promptWord(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word;
}

/** A PowerShell literal: nothing in it is expanded. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
