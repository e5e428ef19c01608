import type {
  Failure,
  OrderRestoreStep,
  ReportedDatabase,
  RestoreObject,
  RestoreStep,
  RestoreStepAcceptance,
  RestoreStepEnd,
} from '#contracts';
import type { ClientExit } from '../../ports/backup-client.js';
import type { WorkContext } from '../work-context.js';
import type { OrderInput } from '../order-input.js';

/** What an agent says about one step of a restore. */
export type StepMessage =
  | { readonly kind: 'stepAccepted'; readonly data: RestoreStepAcceptance }
  | { readonly kind: 'stepEnded'; readonly data: RestoreStepEnd };

/** One thing to do; a step may need several, each after a fresh look. */
export type Change =
  | { readonly kind: 'suspendCopy'; readonly member: string; readonly comment: string }
  | { readonly kind: 'resumeCopy' | 'updateCopy' | 'moveActive'; readonly member: string }
  | { readonly kind: 'dismount' | 'mount' | 'removeDatabase' }
  | { readonly kind: 'setAllowFileRestore'; readonly allowed: boolean }
  | { readonly kind: 'createDatabase' | 'createRecoveryDatabase'; readonly name: string }
  /** A process of the backup client; the others are calls of Exchange. */
  | {
      readonly kind: 'runClient';
      readonly object: RestoreObject;
      /** From 0. */
      readonly index: number;
      readonly isLast: boolean;
      /** Null: into a database of Exchange. */
      readonly folder: string | null;
    };
export type ChangeKind = Change['kind'];

/** What a look at Exchange gave. `unreadable`: nothing follows from it. */
export type Look =
  | {
      readonly kind: 'seen';
      /** Null: Exchange knows no such database. */
      readonly database: ReportedDatabase | null;
      /** Recovery databases that are mounted on this member. */
      readonly mountedRecoveries: readonly string[];
    }
  | { readonly kind: 'unreadable'; readonly failure: Failure };

/** How a step will end, as far as it is decided. */
export interface StepEnding {
  readonly outcome: RestoreStepEnd['outcome'];
  readonly failure?: Failure;
}

/** What was done so far. */
export interface Work {
  /** Null before the first change. */
  readonly startedAt: string | null;
  /** Null after a restart of the agent: a monotonic clock does not outlive its process. */
  readonly startedAtMs: number | null;
  /** Kinds of changes that were made; none of Exchange's is made twice. */
  readonly made: readonly ChangeKind[];
  readonly objectsDone: number;
  /** The backup client was started on this database: what is in its files is not certain any more. */
  readonly clientStarted: boolean;
  readonly exitCode: number | null;
  /** A copy was seen being seeded: what it is afterwards is the seed's outcome. */
  readonly seedSeen: boolean;
  /** What Exchange answered to the last change when it was no yes. */
  readonly changeFailure: Failure | null;
}

export const NO_WORK: Work = {
  startedAt: null,
  startedAtMs: null,
  made: [],
  objectsDone: 0,
  clientStarted: false,
  exitCode: null,
  seedSeen: false,
  changeFailure: null,
};

export type StepPhase =
  | { readonly name: 'waiting'; readonly giveUpAtMs: number }
  /** A look is on its way, or due. Null: nothing limits the wait but the lease, for no change was made yet. */
  | { readonly name: 'looking'; readonly leaseUntilMs: number; readonly limitAtMs: number | null }
  /** The change is being noted on disk, and nothing is changed before it is. */
  | { readonly name: 'noting'; readonly leaseUntilMs: number; readonly change: Change }
  | { readonly name: 'changing'; readonly leaseUntilMs: number; readonly change: Change; readonly limitAtMs: number }
  /** The end is decided; what still runs must be over before it is told. */
  | { readonly name: 'stopping'; readonly ending: StepEnding; readonly untilMs: number }
  /** Nothing runs any more; a last look. Null: what it shows decides. */
  | { readonly name: 'closing'; readonly ending: StepEnding | null; readonly untilMs: number }
  | { readonly name: 'ended'; readonly message: StepMessage & { readonly kind: 'stepEnded' } };
export type StepPhaseOf<Name extends StepPhase['name']> = Extract<StepPhase, { readonly name: Name }>;

export interface StepState {
  readonly order: OrderRestoreStep;
  readonly step: RestoreStep;
  readonly phase: StepPhase;
  readonly work: Work;
  readonly bytesDone: string;
}

export type StepInput =
  | OrderInput
  | { readonly kind: 'tick' }
  | { readonly kind: 'looked'; readonly look: Look }
  | { readonly kind: 'noted' }
  | { readonly kind: 'journalFailed'; readonly message: string }
  /** Exchange answered to a change: null is yes. */
  | { readonly kind: 'changed'; readonly failure: Failure | null }
  | { readonly kind: 'progress'; readonly bytesDone: string }
  | { readonly kind: 'clientExited'; readonly exit: ClientExit }
  /** No process of this step is left on the machine. */
  | { readonly kind: 'orphansGone' };

export type StepEffect =
  | { readonly kind: 'note'; readonly change: Change }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'look'; readonly afterMs: number }
  | { readonly kind: 'kill' }
  | { readonly kind: 'endOrphans' }
  | { readonly kind: 'journalEnd'; readonly end: RestoreStepEnd }
  | { readonly kind: 'tell'; readonly message: StepMessage };

export interface StepLimits {
  /** How long an accepted order waits for its lease. */
  readonly grantWaitMs: number;
  /** Longest time of one restore by the client, and of one reseed. */
  readonly attemptTimeoutMs: number;
  /** How long to wait for a killed client, or for Exchange's answer to a change, before the end is told all the same. */
  readonly releaseWaitMs: number;
}

export type StepContext = WorkContext<StepLimits>;

export interface Transition {
  readonly state: StepState;
  readonly effects: readonly StepEffect[];
}

export function unchanged(state: StepState): Transition {
  return { state, effects: [] };
}

/** A step whose changes are made by a process that may outlive the agent. */
export function isClientStep({ kind }: RestoreStep): boolean {
  return kind === 'restoreBackup' || kind === 'restoreFiles';
}
