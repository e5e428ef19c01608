import { type OrderRestoreStep, type RestoreStepEnd } from '#contracts';
import { Agent } from '../src/agent/agent.js';
import { StandingWarnings } from '../src/agent/warnings.js';
import type { AttemptLimits } from '../src/domain/attempt.js';
import type { Log } from '../src/ports/log.js';
import { FakeChanges } from './fake-exchange.js';
import { SimClock, settle } from './sim-clock.js';

import { FakeClient, FakeConductor, FakeHost, FakeResults, MemoryJournal } from './fakes.js';
import { MEMBER, order } from './samples.js';

export const SILENT: Log = { info: () => undefined, warn: () => undefined };

export const LIMITS: AttemptLimits = {
  grantWaitMs: 300_000,
  attemptTimeoutMs: 3_600_000,
  proofWaitMs: 30_000,
  releaseWaitMs: 60_000,
  proof: 'required',
};

/** An agent among fakes. `restart` gives another one with the same journal, host and conductor, as after a kill. */
export class World {
  readonly warnings = new StandingWarnings();
  readonly agent: Agent;
  readonly changes: FakeChanges;

  constructor(
    readonly clock = new SimClock(),
    readonly journal = new MemoryJournal(),
    readonly host = new FakeHost(),
    readonly conductor = new FakeConductor(),
    readonly results = new FakeResults(),
    readonly client = new FakeClient(),
    readonly limits = LIMITS,
  ) {
    const heartbeats = conductor;
    this.changes = new FakeChanges(host);
    this.agent = new Agent(
      {
        memberId: MEMBER,
        agentVersion: '0.1.0',
        storageServer: 'SP1',
        pollMs: 15_000,
        heartbeatMs: 2_000,
        catalogueMs: 900_000,
        journalRetentionMs: 604_800_000,
        limits,
      },
      {
        clock,
        host,
        changes: this.changes,
        client,
        journal,
        results,
        heartbeats,
        log: SILENT,
        warnings: this.warnings,
      },
    );
    this.agent.start();
  }

  /** The process is gone without a word; what it had started is out of the new one's hands. */
  restart(client = new FakeClient()): World {
    return new World(
      new SimClock(),
      new MemoryJournal(this.journal.written),
      this.host,
      this.conductor,
      new FakeResults(),
      client,
      this.limits,
    );
  }

  async accept(command = order()): Promise<void> {
    await this.agent.startBackup(command);
    await settle();
  }

  /** Orders, grants, and waits until the client runs. */
  async run(command = order()): Promise<void> {
    this.conductor.verdicts.set(command.attemptId, 'granted');
    await this.accept(command);
    await this.clock.advance(100);
  }

  /** Orders a step, grants it, and lets it go as far as it gets by itself. */
  async orderStep(order: OrderRestoreStep): Promise<void> {
    this.conductor.verdicts.set(order.stepId, 'granted');
    await this.agent.orderStep(order);
    await this.clock.advance(100);
  }

  stepEnd(stepId: string): RestoreStepEnd | undefined {
    return this.results.steps
      .flatMap((message) => (message.kind === 'stepEnded' ? [message.data] : []))
      .findLast((end) => end.stepId === stepId);
  }

  said(): readonly string[] {
    return this.results.attempts.map(({ kind, data }) => `${kind} ${data.attemptId}`);
  }

  end(attemptId: string) {
    return this.results.attempts.findLast((message) => message.kind === 'ended' && message.data.attemptId === attemptId)
      ?.data;
  }
}
