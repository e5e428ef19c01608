import type {
  AccessToken,
  AlarmView,
  Failure,
  InventorySnapshot,
  MaintenanceView,
  RunSummary,
  RunView,
} from '#contracts';
import type { BrokerInspection, SeenThing } from '#messaging';

/** Whom a question goes to. */
export type Asked = 'broker' | 'conductor' | 'inventory';

/** What came of one question, with when it was asked and answered by the clock of the one who asks. */
export type Answer<Value> = {
  readonly asked: Asked;
  readonly askedAtMs: number;
  readonly endedAtMs: number;
} & ({ readonly kind: 'answered'; readonly value: Value } | { readonly kind: 'failed'; readonly failure: Failure });

export interface RunsSeen {
  /** The latest, newest first. */
  readonly latest: readonly RunSummary[];
  /** Those at work, with their tasks. */
  readonly live: readonly RunView[];
}

/** Everything that a diagnosis is made from. */
export interface DoctorFacts {
  /** The version of the program that asks. */
  readonly version: string;
  /** When the last answer was in, by its clock. */
  readonly nowMs: number;
  readonly backupAgeMs: number;
  readonly broker: Answer<BrokerInspection>;
  /** The command queues of the members that the inventory knows. */
  readonly memberQueues: Answer<readonly SeenThing[]>;
  readonly snapshot: Answer<InventorySnapshot>;
  readonly maintenance: Answer<MaintenanceView>;
  readonly runs: Answer<RunsSeen>;
  readonly alarms: Answer<readonly AlarmView[]>;
  readonly tokens: Answer<readonly AccessToken[]>;
}
