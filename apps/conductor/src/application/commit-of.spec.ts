import { describe, expect, it } from '@jest/globals';
import { EMPTY_STATE, type ConductorState } from '../domain/conductor.state.js';
import { decide, type Decided, type Input } from '../domain/decide/index.js';
import { RUN_ID } from '../testing/scenario.js';
import { SETTINGS, databaseView, memberView, worldOf } from '../testing/worlds.js';
import { commitOf, type Before } from './commit-of.js';
import { Memory } from './memory.js';

const START_MS = 1_000_000;
const ATTEMPT_MS = 10_000;
const RESTORE_ID = '22222222-2222-4222-8222-222222222222';

const memory = new Memory(SETTINGS, START_MS);
memory.world = worldOf(
  ['EX01', 'EX02'].map((name) => memberView(name)),
  [databaseView(1, ['ex01', 'ex02']), databaseView(2, ['ex02', 'ex01'])],
);
const CONTEXT = { source: '/conductor/test', epoch: 7, leaseMs: 1, dispatchTimeoutMs: 1, world: memory.world };
const NOTHING_LEARNED = new Map();

const REQUESTED: readonly Input[] = [
  { type: 'BackupRequested', runId: RUN_ID, requestId: 'nightly', request: {} },
  { type: 'SnapshotCollected', runId: RUN_ID, missingMembers: [] },
];

/** Several decisions, each on the state that the one before has left. */
function decided(inputs: readonly Input[], from: ConductorState = EMPTY_STATE, nowMs = START_MS): Decided {
  const nothing: Decided = { events: [], maintenance: [], state: from };
  return inputs.reduce<Decided>(({ events, maintenance, state }, input) => {
    const next = decide(state, input, memory.context(nowMs));
    return {
      events: [...events, ...next.events],
      maintenance: [...maintenance, ...next.maintenance],
      state: next.state,
    };
  }, nothing);
}

function before(state: ConductorState = EMPTY_STATE): Before {
  return { state, throughput: NOTHING_LEARNED };
}

function endsOf(state: ConductorState): readonly Input[] {
  return [...state.liveByAttempt.values()].map(({ attemptId, member }) => ({
    type: 'AttemptEnded',
    attemptId,
    member,
    outcome: 'succeeded',
    bytes: '1000000000',
  }));
}

describe('the commit of decisions', () => {
  it('gives each event its place in the history of its run, and the run as it is after the last', () => {
    const decisions = decided(REQUESTED);
    const { commit } = commitOf(before(), decisions, ['message-1', 'message-2'], CONTEXT);
    expect(commit.messageIds).toEqual(['message-1', 'message-2']);
    expect(commit.events).toEqual(decisions.events.map((event, index) => ({ sequence: index + 1, event })));
    expect(commit.runs).toMatchObject([
      { runId: RUN_ID, requestId: 'nightly', status: 'running', version: decisions.events.length, isClosed: false },
    ]);
  });

  it('goes on where the state before has ended', () => {
    const { state } = decided(REQUESTED);
    const [end] = endsOf(state);
    if (!end) throw new Error('nothing was dispatched');
    const { commit } = commitOf(before(state), decided([end], state), [], CONTEXT);
    expect(commit.events[0]?.sequence).toBe((state.runs.get(RUN_ID)?.version ?? 0) + 1);
  });

  it('orders each dispatched backup at its member, under the epoch, and is the same message when it is made again', () => {
    const decisions = decided(REQUESTED);
    const { commit } = commitOf(before(), decisions, [], CONTEXT);
    const dispatched = decisions.events.filter(({ type }) => type === 'TaskDispatched');
    expect(commit.commands.map(({ message }) => message.envelope.data)).toEqual(
      dispatched.map((event) => expect.objectContaining({ taskId: 'taskId' in event && event.taskId, epoch: 7 })),
    );
    expect(dispatched.length).toBeGreaterThan(0);
    expect(commitOf(before(), decisions, [], CONTEXT).commit).toEqual(commit);
  });

  it('closes a run that ended, says its exit code with its last fact alone, and keeps what was learned of the members', () => {
    const { state } = decided(REQUESTED);
    const started = decided(
      [...state.liveByAttempt.values()].map(({ attemptId, member }) => ({ type: 'AttemptStarted', attemptId, member })),
      state,
    );
    const ended = decided(endsOf(started.state), started.state, START_MS + ATTEMPT_MS);
    const { commit, throughput } = commitOf(before(started.state), ended, [], CONTEXT);
    expect(commit.runs).toMatchObject([{ status: 'completed', isClosed: true }]);
    const exitCodes = commit.facts.map(({ message }) => (message.envelope.data as { exitCode?: number }).exitCode);
    expect(exitCodes.slice(0, -1).every((code) => code === undefined)).toBe(true);
    expect(exitCodes.at(-1)).toBe(0);
    expect(commit.learned).toEqual([...throughput.values()]);
    expect(commit.learned.length).toBeGreaterThan(0);
    expect(NOTHING_LEARNED.size).toBe(0);
  });

  it('keeps runs of both kinds and the changes of limits apart, each in its own history', () => {
    const limited = (requestId: string, value: number): Input => ({
      type: 'LimitsChangeRequested',
      requestId,
      request: { changes: [{ scope: 'member', name: 'ex01', value }] },
    });
    const first = decided([limited('first', 3)]);
    const restore: Input = {
      type: 'RestoreRequested',
      runId: RESTORE_ID,
      requestId: 'restore',
      request: { databases: ['MBX01'] },
    };
    const decisions = decided([...REQUESTED, limited('second', 4), restore], first.state);
    const { commit } = commitOf(before(first.state), decisions, [], CONTEXT);
    expect(commit.maintenance.map(({ sequence }) => sequence)).toEqual([2]);
    expect(commit.runs.map(({ runId }) => runId)).toEqual([RUN_ID, RESTORE_ID]);
    expect(commit.events.filter(({ event }) => event.runId === RESTORE_ID).map(({ sequence }) => sequence)).toEqual([
      1,
    ]);
    expect(new Set(commit.facts.map(({ about }) => about))).toEqual(
      new Set([`run ${RUN_ID}`, `run ${RESTORE_ID}`, 'maintenance']),
    );
  });
});
