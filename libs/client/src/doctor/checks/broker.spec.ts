import { describe, expect, it } from '@jest/globals';
import { DOCTOR_CHECKS, Queues, commandQueue } from '#contracts';
import { answered, factsOf, found, inspectionOf, unanswered } from '../../../test/doctor-facts.js';
import { memberOf } from '../../../test/fixtures.js';
import { diagnose } from '../diagnose.js';

describe('the broker', () => {
  it('that is not reached is the one problem; the rest is not known', () => {
    const none = unanswered('broker.unreachable');
    const { findings } = diagnose(
      factsOf({
        broker: none,
        memberQueues: none,
        snapshot: none,
        maintenance: none,
        runs: none,
        alarms: none,
        tokens: none,
      }),
    );
    expect(findings[0]).toMatchObject({ check: 'broker', state: 'problem', text: 'broker.unreachable happened' });
    expect(findings.slice(1).map(({ state }) => state)).toEqual(DOCTOR_CHECKS.slice(1).map(() => 'notChecked'));
  });

  it('that takes no messages says why', () => {
    const [finding] = found(
      'broker',
      factsOf({ broker: answered(inspectionOf({}, { blockedBecause: 'low on disk' })) }),
    );
    expect(finding).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('takes no messages (low on disk)'),
    });
  });

  it('that does not say what it is is taken as it is', () => {
    const [finding] = found(
      'broker',
      factsOf({ broker: answered(inspectionOf({}, { product: null, version: null })) }),
    );
    expect(finding?.text).toBe('A broker of an unknown version at broker:5672 (vhost dag), used as dag-api.');
  });
});

describe('the topology', () => {
  it('that is not whole names what is missing, of members too, and how to make it', () => {
    const [finding] = found(
      'topology',
      factsOf({ loads: { [Queues.conductorInbox]: 'missing', [commandQueue('ex02')]: 'missing' } }),
    );
    expect(finding).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('lacks queue dag.conductor.inbox, queue dag.node.ex02.commands:'),
      commands: ['dagctl topology apply --member EX01,EX02'],
    });
  });

  it('needs no queue of a member without an agent', () => {
    const never = memberOf('ex02', { agent: { state: 'never', version: null, reportAgeMs: null } });
    const facts = factsOf({
      snapshot: { members: [memberOf('ex01'), never] },
      loads: { [commandQueue('ex02')]: 'missing' },
    });
    expect(found('topology', facts)).toMatchObject([{ state: 'ok', text: '12 exchanges and 19 queues are there.' }]);
  });

  it('that may not be looked at is not called missing', () => {
    const [finding] = found('topology', factsOf({ loads: { [Queues.dead]: 'hidden' } }));
    expect(finding).toMatchObject({
      state: 'notChecked',
      text: expect.stringContaining('dag-api may not look at dag.dead,'),
    });
  });
});
