import type { BackupType } from '#contracts';

/** True for the types that contain only logs and so build on an earlier full backup. */
export function needsChain(type: BackupType): boolean {
  switch (type) {
    case 'full':
    case 'copy':
      return false;
    case 'incremental':
    case 'differential':
      return true;
    default: {
      const unknown: never = type;
      throw new Error(`unknown backup type ${String(unknown)}`);
    }
  }
}
