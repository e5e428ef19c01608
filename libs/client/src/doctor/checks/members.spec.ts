import { describe, expect, it } from '@jest/globals';
import { commandQueue } from '#contracts';
import { factsOf, found, silentMember, unanswered } from '../../../test/doctor-facts.js';
import { memberOf } from '../../../test/fixtures.js';

const MINUTE_MS = 60_000;

describe('agents', () => {
  const silent = { snapshot: { members: [memberOf('ex01'), silentMember('ex02')] } };

  it('that are frozen are told from those that are gone', () => {
    const [frozen] = found('agents', factsOf(silent));
    expect(frozen).toMatchObject({
      state: 'problem',
      text: expect.stringMatching(
        /^The agent of EX02 is silent \(its last report is 5m00s old\); .* still connected to the broker/,
      ),
    });
    const [gone] = found(
      'agents',
      factsOf({ ...silent, loads: { [commandQueue('ex02')]: { consumers: 0, messages: 3 } } }),
    );
    expect(gone?.text).toMatch(/Waiting for it: 3 orders\. It is not connected to the broker: start it/);
  });

  it('that live and take no orders are a problem', () => {
    expect(found('agents', factsOf({ loads: { [commandQueue('ex01')]: { consumers: 0 } } }))).toMatchObject([
      { state: 'problem', text: expect.stringContaining('The agent of EX01 lives, but takes no orders') },
    ]);
  });

  it('are judged without their queues where these cannot be seen', () => {
    expect(found('agents', factsOf({ memberQueues: unanswered() }))).toMatchObject([{ state: 'ok' }]);
    expect(found('agents', factsOf({ ...silent, memberQueues: unanswered() }))).toMatchObject([
      { state: 'problem', text: expect.stringContaining('EX02 is silent') },
    ]);
  });

  it('that never were may be wanted, or not', () => {
    const never = memberOf('ex02', { agent: { state: 'never', version: null, reportAgeMs: null } });
    expect(found('agents', factsOf({ snapshot: { members: [memberOf('ex01'), never] } }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining('No agent has ever reported from EX02') },
    ]);
  });

  it('of which none is known are to be started', () => {
    expect(found('agents', factsOf({ snapshot: { members: [] } }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining('knows no member') },
    ]);
  });

  it('in great number are told up to a limit', () => {
    const members = Array.from({ length: 25 }, (_, index) => silentMember(`ex${index + 1}`));
    const findings = found('agents', factsOf({ snapshot: { members } }));
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toMatchObject({ text: 'There are 5 more like these.', commands: ['dagctl members'] });
  });
});

describe('what agents report', () => {
  it.each([
    [null, 'lives and has never reported'],
    [2 * MINUTE_MS, 'lives and has not reported for 2m00s'],
  ])('is too old at %p ms', (reportAgeMs, text) => {
    const member = memberOf('ex01', { agent: { state: 'alive', version: '0.1.0', reportAgeMs } });
    expect(found('reports', factsOf({ snapshot: { members: [member] } }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining(text) },
    ]);
  });

  it('of clients is told where there is none, or nobody knows', () => {
    const members = [
      memberOf('ex01', { client: { installed: false, version: null } }),
      memberOf('ex02', { client: { installed: null, version: null } }),
    ];
    expect(found('clients', factsOf({ snapshot: { members } })).map(({ text }) => text)).toEqual([
      expect.stringContaining('There is no backup client on EX01'),
      expect.stringContaining('Nobody can say whether there is a backup client on EX02'),
    ]);
  });

  it('of themselves is passed on', () => {
    const members = [memberOf('ex01', { warnings: ['a line of the journal is broken'] })];
    expect(found('agent-warnings', factsOf({ snapshot: { members } }))).toMatchObject([
      { state: 'warning', text: 'The agent of EX01 warns: a line of the journal is broken' },
    ]);
  });

  it('is not missed of members whose agent is silent: that is told already', () => {
    const facts = factsOf({ snapshot: { members: [silentMember('ex01', null)] } });
    for (const check of ['reports', 'clients'] as const) expect(found(check, facts)).toMatchObject([{ state: 'ok' }]);
  });
});
