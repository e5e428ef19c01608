import { restoreOwner, restoreWords, type RestoreSpelling } from '#contracts';
import type { RestoreJob } from '../../ports/backup-client.js';
import { clientCall, type TdpexccSettings } from './arguments.js';

export interface RestoreSettings extends TdpexccSettings {
  /** This member, by whose own node backups are kept that belong to no DAG. */
  readonly member: string;
  readonly restoreSpelling: RestoreSpelling;
}

/** One backup in one process, so that its exit code means this backup. */
export function restoreArguments(job: RestoreJob, settings: RestoreSettings, logFile: string): readonly string[] {
  const owner = restoreOwner(job.object, { member: settings.member, dagNode: settings.dagNode ?? null });
  const { subject, options } = restoreWords({ ...job, owner }, settings.restoreSpelling);
  return [...subject, ...clientCall(settings).options, `/LOGFILE=${logFile}`, ...options];
}
