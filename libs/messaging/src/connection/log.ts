/** What messaging says about itself. Nest's Logger is one; a command line tool gives a quieter one. */
export interface MessagingLog {
  log(entry: LogEntry): void;
  warn(entry: LogEntry): void;
  error(entry: LogEntry): void;
}

export interface LogEntry {
  readonly event: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}

export const SILENT_LOG: MessagingLog = { log: () => undefined, warn: () => undefined, error: () => undefined };

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
