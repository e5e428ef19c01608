import type { AttemptRef, Failure, StartBackup, StopBackup } from '#contracts';
import type { JournalRecord } from '../domain/journal-records.js';
import { refAndMember } from '../domain/messages.js';
import { readJournal, resume } from '../domain/replay.js';
import { AttemptActor, type AttemptPorts } from './attempt-actor.js';
import type { WorkMessage } from './outbox.js';
import type { InJournal, WorkKind, WorkWords } from './work-kind.js';

const WORDS: WorkWords = {
  one: 'attempt',
  several: 'attempts',
  whole: 'task',
  superseded: 'attempt.superseded',
  stopOrdered: 'attempt.stop-ordered',
  unknown: 'attempt.unknown',
};

/** Attempts at backups, for those who take orders about them. */
export class Attempts implements WorkKind<StartBackup, StopBackup, AttemptRef, AttemptActor> {
  readonly words = WORDS;
  /** A member has at most 100 databases (MS-ED). */
  readonly liveMax = 1_000;

  constructor(
    private readonly ports: AttemptPorts,
    private readonly onChange: () => void,
  ) {}

  idOf({ attemptId }: AttemptRef): string {
    return attemptId;
  }

  numberOf({ attempt }: AttemptRef): number {
    return attempt;
  }

  orderOf({ state }: AttemptActor): StartBackup {
    return state.command;
  }

  inJournal(): InJournal<StopBackup, AttemptActor> {
    const { clock, journal, limits, memberId, log, warnings } = this.ports;
    const { attempts, orphans, stops, highestEpoch } = readJournal(journal.records);
    for (const attemptId of orphans) {
      warnings.set(
        `journal.orphan.${attemptId}`,
        `the journal has records of attempt ${attemptId} but not its order; nothing is concluded from them`,
      );
      log.warn('journal.orphan', { attemptId });
    }
    const context = { memberId, limits, nowMs: clock.monotonicMs(), nowUtc: clock.utcNow() };
    const works = [...attempts].map(([attemptId, journaled]) => {
      const { final, reported } = journaled;
      const { state, effects } = resume(journaled, context);
      const work = new AttemptActor(state, final && { endedAt: final.at, reported }, this.ports, this.onChange);
      const goOn = (): void => {
        if (!final) log.info('attempt.resumed', { attemptId, as: state.phase.name });
        work.perform(effects);
      };
      return { work, goOn };
    });
    return { highestEpoch, stops, works };
  }

  begun(command: StartBackup, giveUpAtMs: number): AttemptActor {
    const state = { command, bytesDone: '0', phase: { name: 'waiting', giveUpAtMs } } as const;
    return new AttemptActor(state, null, this.ports, this.onChange);
  }

  orderRecord(command: StartBackup): JournalRecord {
    return { kind: 'received', at: this.ports.clock.utcNow(), attemptId: command.attemptId, command };
  }

  stopRecord(order: StopBackup): JournalRecord {
    return { kind: 'stopKnown', at: this.ports.clock.utcNow(), attemptId: order.attemptId, order };
  }

  stopOf(ref: AttemptRef, reason: string): StopBackup {
    return { ...ref, reason };
  }

  excludeEachOther(): boolean {
    return true;
  }

  /** One backup of a database at a time, whoever ordered it. */
  waitsFor(one: StartBackup, other: StartBackup): boolean {
    return one.databaseGuid === other.databaseGuid;
  }

  standingOf({ state: { command, phase } }: AttemptActor): readonly WorkMessage[] {
    if (phase.name === 'ended') return [phase.message];
    const data = refAndMember(command, this.ports);
    const accepted: WorkMessage = { kind: 'accepted', data };
    if (!('run' in phase && phase.run)) return [accepted];
    return [accepted, { kind: 'started', data: { ...data, startedAt: phase.run.startedAt } }];
  }

  stoppedUnbegun(ref: AttemptRef, why: Failure): WorkMessage {
    const end = { outcome: 'stopped', failure: why, bytes: '0', durationMs: 0, exitCode: null } as const;
    return { kind: 'ended', data: { ...refAndMember(ref, this.ports), ...end } };
  }

  unknown(ref: AttemptRef, why: Failure): WorkMessage {
    return { kind: 'refused', data: { ...refAndMember(ref, this.ports), failure: why } };
  }
}
