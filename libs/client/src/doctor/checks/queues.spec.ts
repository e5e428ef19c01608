import { describe, expect, it } from '@jest/globals';
import { Queues, commandQueue } from '#contracts';
import { factsOf, found } from '../../../test/doctor-facts.js';

describe('queues', () => {
  it('that fill are told, and the worse the fuller', () => {
    const findings = found(
      'queues',
      factsOf({
        loads: { [Queues.inventoryInbox]: { messages: 1_000 }, [commandQueue('ex01')]: { messages: 80_000 } },
      }),
    );
    expect(findings.map(({ state, text }) => [state, text.split(/[;:]/)[0]])).toEqual([
      ['problem', '80,000 messages wait in dag.node.ex01.commands'],
      ['warning', '1,000 messages wait in dag.inventory.inbox'],
    ]);
  });

  it('in which messages wait to be tried again are told as one', () => {
    const loads = { 'dag.wait.5s': { messages: 1 }, 'dag.wait.10m': { messages: 2 } };
    expect(found('queues', factsOf({ loads }))).toMatchObject([
      { state: 'warning', text: expect.stringContaining('3 messages could not be handled') },
    ]);
  });

  it('of the audit stream and of questions fill without harm', () => {
    const loads = { [Queues.audit]: { messages: 90_000 }, [Queues.conductorQueries]: { messages: 5 } };
    expect(found('queues', factsOf({ loads }))).toMatchObject([{ state: 'ok' }]);
  });
});

describe('parked messages', () => {
  it.each([
    ['dag.conductor.error', '1 message that the conductor could not handle is parked in dag.conductor.error.'],
    ['dag.node.skipped', '1 message that an agent does not know, because its version is older is parked'],
    [Queues.dead, '1 message that a service died of again and again is parked in dag.dead.'],
    [Queues.unrouted, '1 message that no queue takes is parked in dag.unrouted.'],
  ])('in %s are counted, with what to do', (queue, text) => {
    expect(found('parked', factsOf({ loads: { [queue]: { messages: 1 } } }))).toMatchObject([
      {
        state: 'warning',
        text: expect.stringContaining(text),
        commands: [`dagctl dead-letters list --queue ${queue}`],
      },
    ]);
  });
});
