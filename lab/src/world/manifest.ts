import type { BackupType, CopyRole } from '#contracts';

/** Lies beside the files of every stored backup and is written last. */
export interface Manifest {
  readonly format: 1;
  readonly objectName: string;
  readonly database: { readonly guid: string; readonly name: string };
  readonly member: string;
  readonly role: CopyRole;
  readonly type: BackupType;
  readonly firstLog: number;
  /** The last log generation that the backup holds. */
  readonly generation: number;
  readonly startedAt: string;
  readonly files: readonly ManifestFile[];
}

export interface ManifestFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}
