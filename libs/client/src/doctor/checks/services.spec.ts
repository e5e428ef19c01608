import { describe, expect, it } from '@jest/globals';
import { Queues } from '#contracts';
import { NOW_MS, answered, factsOf, found, maintenanceOf, serviceOf, unanswered } from '../../../test/doctor-facts.js';
import { memberOf } from '../../../test/fixtures.js';

const MINUTE_MS = 60_000;

describe.each([
  ['conductor', Queues.conductorInbox, 'maintenance'],
  ['inventory', Queues.inventoryInbox, 'snapshot'],
] as const)('the %s', (check, inbox, answer) => {
  const silent = { [answer]: unanswered() };

  it('that does not run is told from its inbox, with what waits there', () => {
    const [finding] = found(check, factsOf({ ...silent, loads: { [inbox]: { consumers: 0, messages: 7 } } }));
    expect(finding).toEqual({
      check,
      state: 'problem',
      text: `No ${check} acts: nobody consumes ${inbox}. 7 messages wait in ${inbox}; none is lost. Start the ${check} service; if it runs, its log says what it waits for.`,
      commands: [],
    });
  });

  it('that hangs is told from one that does not run', () => {
    const [finding] = found(check, factsOf(silent));
    expect(finding?.text).toBe(
      `The ${check} gives no answer (query.timeout happened). It consumes ${inbox}, so it runs and hangs, or its database is away. Look at its log.`,
    );
  });

  it('without an inbox says nothing of it', () => {
    const [finding] = found(check, factsOf({ ...silent, loads: { [inbox]: 'missing' } }));
    expect(finding?.text).toBe(`The ${check} gives no answer (query.timeout happened). Look at its log.`);
  });

  it('that answers and consumes nothing is a problem', () => {
    const [finding] = found(check, factsOf({ loads: { [inbox]: { consumers: 0, messages: 1 } } }));
    expect(finding).toMatchObject({ state: 'problem', text: expect.stringContaining('1 message waits') });
  });

  it('is not blamed where there is no broker, and is judged by its answer where that only cannot be looked at', () => {
    const without = { ...silent, broker: unanswered('broker.unreachable') };
    expect(found(check, factsOf(without))).toMatchObject([{ state: 'notChecked' }]);
    const unseen = { broker: unanswered('broker.not-inspected') };
    expect(found('broker', factsOf(unseen))).toMatchObject([{ state: 'warning' }]);
    expect(found(check, factsOf(unseen))).toMatchObject([{ state: 'ok' }]);
    expect(found(check, factsOf({ ...silent, ...unseen }))).toMatchObject([{ state: 'problem' }]);
  });
});

describe('a service', () => {
  it('that answers slowly is worth a look', () => {
    const [finding] = found('conductor', factsOf({ maintenance: answered(maintenanceOf(), 3_000) }));
    expect(finding).toMatchObject({ state: 'warning', text: expect.stringContaining('needed 3s for its answer') });
  });

  it('of an older version that does not say who it is, is well and counts as older', () => {
    const { service: _, ...older } = maintenanceOf();
    const facts = factsOf({ maintenance: answered(older) });
    expect(found('conductor', facts)).toMatchObject([
      { state: 'ok', text: 'It answers within 5 ms: it does not say its version.' },
    ]);
    expect(found('versions', facts)).toMatchObject([
      {
        state: 'warning',
        text: 'Not everything is of one version (0.1.0: this program, the inventory, the agents of EX01, EX02; an older one: the conductor). Finish the update.',
      },
    ]);
    expect(found('clocks', facts)).toMatchObject([{ state: 'ok' }]);
  });
});

describe('versions', () => {
  it('of agents count, and those that are not known do not', () => {
    const agent = (version: string | null) => ({ agent: { state: 'alive', version, reportAgeMs: 0 } as const });
    const members = [memberOf('ex01', agent('0.2.0')), memberOf('ex02', agent('0.1.0')), memberOf('ex03', agent(null))];
    expect(found('versions', factsOf({ snapshot: { members } }))[0]?.text).toBe(
      'Not everything is of one version (0.1.0: this program, the conductor, the inventory, the agents of EX02; 0.2.0: the agents of EX01). Finish the update.',
    );
  });

  it('are not known where nobody answers', () => {
    expect(found('versions', factsOf({ snapshot: unanswered(), maintenance: unanswered() }))).toMatchObject([
      { state: 'notChecked' },
    ]);
  });
});

describe('clocks', () => {
  const conductorAt = (atMs: number, tookMs: number) =>
    factsOf({
      maintenance: answered(maintenanceOf({ service: serviceOf({ at: new Date(atMs).toISOString() }) }), tookMs),
    });

  it.each([
    [2 * MINUTE_MS, 'The clock of the conductor is 2m00s ahead of this machine'],
    [-2 * MINUTE_MS - 5, 'The clock of the conductor is 2m00s behind this machine'],
  ])('that differ by %i ms are told', (differenceMs, text) => {
    const [finding] = found('clocks', conductorAt(NOW_MS + differenceMs, 5));
    expect(finding).toMatchObject({ state: 'warning', text: expect.stringContaining(text) });
  });

  it.each([90_000, 5_000, -30_000])('are not blamed for the time that an answer was on its way (%i ms)', (agoMs) => {
    expect(found('clocks', conductorAt(NOW_MS - agoMs, 100_000))).toMatchObject([{ state: 'ok' }]);
  });

  it('are not known where no service tells the time', () => {
    expect(found('clocks', factsOf({ snapshot: unanswered(), maintenance: unanswered() }))).toMatchObject([
      { state: 'notChecked' },
    ]);
  });
});
