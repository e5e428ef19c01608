import type { BackupRequest, BackupType, CopyPreference } from '#contracts';

/** What is chosen in the form. */
export interface BackupChoice {
  readonly dags: readonly string[];
  readonly databases: readonly string[];
  readonly excludeMembers: readonly string[];
  readonly backupType: BackupType;
  readonly copyPreference: CopyPreference;
  readonly copiesPerDatabase: number;
}

export const NO_CHOICE: BackupChoice = {
  dags: [],
  databases: [],
  excludeMembers: [],
  backupType: 'full',
  copyPreference: 'preferPassive',
  copiesPerDatabase: 1,
};

/** Leaves out what is not chosen: an empty list would mean "none". */
export function requestOf(choice: BackupChoice): BackupRequest {
  const { dags, databases, excludeMembers, backupType, copyPreference, copiesPerDatabase } = choice;
  return {
    backupType,
    copyPreference,
    copiesPerDatabase,
    ...(dags.length > 0 ? { dags } : {}),
    ...(databases.length > 0 ? { databases } : {}),
    ...(excludeMembers.length > 0 ? { excludeMembers } : {}),
    // A run that reads passive copies only cannot follow the active one (the request would contradict itself).
    ...(copyPreference === 'passiveOnly' ? { onFailover: 'bestCopy' as const } : {}),
  };
}
