import { describe, expect, it } from '@jest/globals';
import { RestoreBench } from '../testing/restore-bench.js';
import { confirmed, until } from '../testing/restore-courses.js';
import { Scenario } from '../testing/scenario.js';
import { databaseView, memberView, movedTo, worldOf } from '../testing/worlds.js';
import { grantsFor } from './grants.js';

const MAILBOXES = databaseView(1, ['ex01', 'ex02', 'ex03']);
const MEMBERS = ['EX01', 'EX02', 'EX03'].map((name) => memberView(name));
const NOTHING = { alive: [], granted: new Set() };

function given(): { readonly scenario: Scenario; readonly attemptId: string; readonly member: string } {
  const scenario = new Scenario(worldOf(MEMBERS, [MAILBOXES])).planned();
  return { scenario, ...scenario.live('MBX01') };
}

describe('an attempt that an agent lists', () => {
  it('may go on while it lives, and beside it nothing that is not known', () => {
    const { scenario, attemptId, member } = given();
    expect(grantsFor(scenario.state, member, ['unknown', attemptId])).toEqual({
      alive: [attemptId],
      granted: new Set([attemptId]),
    });
  });

  it('is not another member’s to name, and nobody’s once it has ended', () => {
    const { scenario, attemptId, member } = given();
    const other = member === 'ex01' ? 'ex02' : 'ex01';
    expect(grantsFor(scenario.state, other, [attemptId])).toEqual(NOTHING);
    scenario.succeed('MBX01');
    expect(grantsFor(scenario.state, member, [attemptId])).toEqual(NOTHING);
  });

  it('is alive until its last word, and granted nothing, once it was superseded', () => {
    const { scenario, attemptId, member } = given();
    const to = member === 'ex03' ? 'ex02' : 'ex03';
    scenario.move(movedTo(MAILBOXES, to), to);
    expect(grantsFor(scenario.state, member, [attemptId])).toEqual({ alive: [attemptId], granted: new Set() });
  });
});

describe('a step of a restore that an agent lists', () => {
  it('may go on, and no more once its task turned back', () => {
    const bench = new RestoreBench();
    confirmed(bench, bench.database(1));
    until(bench, 'suspendCopy');
    const [step] = bench.live();
    if (!step) throw new Error('no step is live');
    const { stepId, member } = step;
    expect(grantsFor(bench.state, member, [stepId])).toEqual({ alive: [stepId], granted: new Set([stepId]) });
    expect(grantsFor(bench.state, 'ex99', [stepId])).toEqual(NOTHING);
    bench.when({ type: 'CancelRequested', runId: bench.run().runId, requestedBy: 'admin' });
    expect(grantsFor(bench.state, member, [stepId])).toEqual({ alive: [stepId], granted: new Set() });
  });
});
