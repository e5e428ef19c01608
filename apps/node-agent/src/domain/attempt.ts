import type { AttemptEnd, Failure, ReportedDatabase, StartBackup } from '#contracts';
import type { ClientExit } from '../ports/backup-client.js';
import type { AttemptMessage, FinalMessage } from './attempt-messages.js';
import type { JournalRecord } from './journal-records.js';
import type { WorkContext } from './work-context.js';
import type { OrderInput } from './order-input.js';

/** What was true when the backup client was started. */
export interface RunFacts {
  /** Last-backup header of the backup's type before the start. */
  readonly before: string | null;
  readonly activeMember: string | null;
  readonly startedAt: string;
  /** Null after a restart of the agent: a monotonic clock does not outlive its process. */
  readonly startedAtMs: number | null;
}

/** How an attempt will end as far as it is decided before Exchange was asked a last time. */
export interface Ending {
  readonly outcome: AttemptEnd['outcome'];
  readonly failure: Failure;
}

/**
 * What Exchange must say before the end may be told. `none`: nothing ran. `notBusy`: the client ended by itself, only
 * a clear "in progress" delays. `free`: the client was killed or lost, so only a clear "not in progress" will do.
 */
export type ReleaseNeed = 'none' | 'notBusy' | 'free';

export type Phase =
  | { readonly name: 'waiting'; readonly giveUpAtMs: number }
  | { readonly name: 'checking'; readonly leaseUntilMs: number }
  /** The check passed; the start is being noted on disk, and nothing runs before it is. */
  | {
      readonly name: 'noting';
      readonly leaseUntilMs: number;
      readonly run: RunFacts;
      readonly database: ReportedDatabase;
    }
  | {
      readonly name: 'starting' | 'running';
      readonly leaseUntilMs: number;
      readonly timeoutAtMs: number;
      readonly run: RunFacts;
    }
  | { readonly name: 'stopping'; readonly ending: Ending; readonly run: RunFacts; readonly untilMs: number }
  | {
      readonly name: 'proving';
      readonly exit: ClientExit;
      readonly run: RunFacts;
      readonly untilMs: number;
      readonly database: ReportedDatabase | null;
    }
  | {
      readonly name: 'closing';
      /** Null: the exit of the client and what Exchange says decide. */
      readonly ending: Ending | null;
      readonly exit: ClientExit | null;
      readonly run: RunFacts | null;
      readonly need: ReleaseNeed;
      /** Set where a client may be at work that Exchange does not show yet: "not in progress" is not believed before. */
      readonly believedFromMs?: number;
      readonly untilMs: number;
      readonly database: ReportedDatabase | null;
    }
  | { readonly name: 'ended'; readonly message: FinalMessage };

export type PhaseOf<Name extends Phase['name']> = Extract<Phase, { readonly name: Name }>;

export interface AttemptState {
  readonly command: StartBackup;
  readonly phase: Phase;
  readonly bytesDone: string;
}

export type CheckResult =
  | { readonly kind: 'passed'; readonly before: string | null; readonly database: ReportedDatabase }
  | { readonly kind: 'refused'; readonly failure: Failure; readonly database?: ReportedDatabase };

export type AttemptInput =
  | OrderInput
  | { readonly kind: 'tick' }
  | { readonly kind: 'checked'; readonly result: CheckResult }
  | { readonly kind: 'noted' }
  | { readonly kind: 'journalFailed'; readonly message: string }
  | { readonly kind: 'clientStarted'; readonly pid: number | null }
  | { readonly kind: 'progress'; readonly bytesDone: string }
  | { readonly kind: 'clientExited'; readonly exit: ClientExit }
  | { readonly kind: 'databaseRead'; readonly database: ReportedDatabase | null };

export type AttemptEffect =
  /** Nothing waits for this record: a slow disk must hold up neither a kill nor a report. */
  | { readonly kind: 'journal'; readonly record: JournalRecord }
  /** The same, answered with `noted` when it is on disk or with `journalFailed`. */
  | { readonly kind: 'note'; readonly record: JournalRecord }
  | { readonly kind: 'check' }
  | { readonly kind: 'start'; readonly databaseName: string; readonly replicated: boolean }
  | { readonly kind: 'kill' }
  | { readonly kind: 'read'; readonly afterMs: number }
  | { readonly kind: 'tell'; readonly message: AttemptMessage };

export interface AttemptLimits {
  readonly grantWaitMs: number;
  readonly attemptTimeoutMs: number;
  readonly proofWaitMs: number;
  readonly releaseWaitMs: number;
  /** `advisory`: an exit code of 0 is success although Exchange's header did not move. */
  readonly proof: 'required' | 'advisory';
}

export type AttemptContext = WorkContext<AttemptLimits>;

export interface AttemptTransition {
  readonly state: AttemptState;
  readonly effects: readonly AttemptEffect[];
}

export function unchanged(state: AttemptState): AttemptTransition {
  return { state, effects: [] };
}
