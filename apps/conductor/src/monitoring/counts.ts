import { ATTEMPT_OUTCOMES, RESTORE_STEP_OUTCOMES, RUN_KINDS, FINAL_RUN_STATUSES, type Failure } from '#contracts';
import type { Watch } from '../application/ports.js';
import type { ConductorEvent } from '../domain/conductor.events.js';

/** Outcomes with a failure that are told apart. Agents name their failures themselves; those that come after so many count as one. */
const ENDS_MAX = 200;
const OTHER = 'other';

export interface EndCount {
  readonly outcome: string;
  /** The type of the failure; empty where there was none. */
  readonly failure: string;
  readonly count: number;
}

/** Ends of one kind of work, by outcome and type of failure. */
class Ends {
  private readonly counts = new Map<string, { readonly outcome: string; readonly failure: string; count: number }>();

  constructor(outcomes: readonly string[]) {
    // What never happened is told as 0, so that the first time shows as a rise.
    for (const outcome of outcomes) this.counts.set(keyOf(outcome, ''), { outcome, failure: '', count: 0 });
  }

  add(outcome: string, { type }: Pick<Failure, 'type'> = { type: '' }): void {
    const isRoom = this.counts.size < ENDS_MAX || this.counts.has(keyOf(outcome, type));
    const failure = isRoom ? type : OTHER;
    const entry = this.counts.get(keyOf(outcome, failure)) ?? { outcome, failure, count: 0 };
    entry.count += 1;
    this.counts.set(keyOf(outcome, failure), entry);
  }

  list(): readonly EndCount[] {
    return [...this.counts.values()];
  }
}

/** What this process has decided since it began; what ended under another conductor was counted there. */
export class ConductorCounts implements Watch {
  readonly attempts = new Ends(ATTEMPT_OUTCOMES);
  readonly steps = new Ends(RESTORE_STEP_OUTCOMES);
  readonly runsEnded = new Map<string, { readonly kind: string; readonly status: string; count: number }>();
  inputs = 0;
  leasesGranted = 0;
  leasesRefused = 0;
  /** Told how long each decision took. Nobody is, as long as nothing is set. */
  onDecided: (seconds: number) => void = () => undefined;
  private decidingSinceMs: number | null = null;

  /** @param nowMs a monotonic clock. */
  constructor(private readonly nowMs: () => number) {
    for (const kind of RUN_KINDS) {
      for (const status of FINAL_RUN_STATUSES) this.runsEnded.set(keyOf(kind, status), { kind, status, count: 0 });
    }
  }

  /** For how long the decision under way has been made; null: none is. */
  get decidingForMs(): number | null {
    return this.decidingSinceMs === null ? null : this.nowMs() - this.decidingSinceMs;
  }

  deciding(inputs: number): () => void {
    const sinceMs = this.nowMs();
    this.decidingSinceMs = sinceMs;
    return () => {
      this.decidingSinceMs = null;
      this.inputs += inputs;
      this.onDecided((this.nowMs() - sinceMs) / 1_000);
    };
  }

  stored(events: readonly ConductorEvent[]): void {
    for (const event of events) this.count(event);
  }

  leases(granted: number, refused: number): void {
    this.leasesGranted += granted;
    this.leasesRefused += refused;
  }

  private count(event: ConductorEvent): void {
    switch (event.type) {
      case 'AttemptEnded':
        return this.attempts.add(event.outcome, event.failure);
      case 'RestoreStepEnded':
        return this.steps.add(event.outcome, event.failure);
      case 'RunCompleted':
        return this.runEnded('backup', event.status);
      case 'RunRefused':
        return this.runEnded('backup', 'failed');
      case 'RestoreCompleted':
        return this.runEnded('restore', event.status);
      case 'RestoreRefused':
        return this.runEnded('restore', 'failed');
      default:
    }
  }

  private runEnded(kind: string, status: string): void {
    const entry = this.runsEnded.get(keyOf(kind, status));
    if (entry) entry.count += 1;
  }
}

function keyOf(one: string, other: string): string {
  return `${one}\n${other}`;
}
