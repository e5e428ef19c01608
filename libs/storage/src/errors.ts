/** Why a database was not opened. The message names it, the reason, and what to do next. */
export class StorageOpenError extends Error {
  constructor(
    readonly reason: 'inUse' | 'unreachable' | 'notUsable' | 'corrupt' | 'newer' | 'migrationFailed',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StorageOpenError';
  }
}

/** The queue of waiting transactions is full: work arrives faster than the disk takes it. */
export class StorageBusyError extends Error {
  constructor(waitingCount: number) {
    super(
      `the transaction was not started: ${waitingCount} others already wait for the one connection of the database; ` +
        'take less work at a time (a lower prefetch) or look for a slow disk',
    );
    this.name = 'StorageBusyError';
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
