import type {
  BackupType,
  BackupWindow,
  CopyPreference,
  DatabasePriority,
  FailoverPolicy,
  PlanOrder,
  Spread,
} from '#contracts';

/** The request with every default filled in. */
export interface BackupOrder {
  readonly backupType: BackupType;
  readonly dags: readonly string[];
  readonly databases: readonly string[];
  readonly excludeMembers: readonly string[];
  readonly preferMembers: readonly string[];
  /** 0: every database is due. */
  readonly minIntervalMs: number;
  readonly copiesPerDatabase: number;
  readonly spread: Spread;
  /** A plan made before, to be carried out as it is. */
  readonly plan: PlanOrder | null;
  readonly copyPreference: CopyPreference;
  readonly onFailover: FailoverPolicy;
  readonly priority: number;
  readonly databasePriorities: readonly DatabasePriority[];
  /** Null: backups may run at any time. */
  readonly window: BackupWindow | null;
}
