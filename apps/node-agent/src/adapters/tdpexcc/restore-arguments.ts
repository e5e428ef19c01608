import { memberIdOf, restoreWords, type RestoreOwner, type RestoreSpelling } from '#contracts';
import type { RestoreJob } from '../../ports/backup-client.js';
import type { TdpexccSettings } from './arguments.js';

export interface RestoreSettings extends TdpexccSettings {
  /** This member, by whose own node backups are kept that belong to no DAG. */
  readonly member: string;
  readonly restoreSpelling: RestoreSpelling;
}

/** One backup in one process, so that its exit code means this backup. */
export function restoreArguments(job: RestoreJob, settings: RestoreSettings, logFile: string): readonly string[] {
  const { subject, options } = restoreWords({ ...job, owner: ownerOf(job, settings) }, settings.restoreSpelling);
  return [
    ...subject,
    `/CONFIGFILE=${settings.configFile}`,
    `/LOGFILE=${logFile}`,
    ...(settings.optFile === undefined ? [] : [`/TSMOPTFILE=${settings.optFile}`]),
    ...options,
  ];
}

function ownerOf({ object }: RestoreJob, { dagNode, member }: RestoreSettings): RestoreOwner {
  if (dagNode !== undefined && (object.node === null || sameName(object.node, dagNode)))
    return { kind: 'dagNode', node: dagNode };
  const isOwn = object.sourceMember === null || object.sourceMember === memberIdOf(member);
  return isOwn ? { kind: 'own' } : { kind: 'server', server: object.sourceMember };
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
