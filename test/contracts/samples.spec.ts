import { describe, expect, it } from '@jest/globals';
import { allContracts, contractOf, envelopeViolations, type MessageContract, type QueryContract } from '#contracts';
import { validated } from '#messaging';
import { sampleEnvelope, sampleNames } from './samples.js';

const REPLY = '.reply';

function isQuery(contract: MessageContract): contract is QueryContract<object, object> {
  return 'reply' in contract;
}

const expected = allContracts().flatMap((contract) =>
  isQuery(contract) ? [contract.type, contract.type + REPLY] : [contract.type],
);

/** The DTO that a sample's data belongs to. */
function dataTypeOf(name: string) {
  const contract = contractOf(name.endsWith(REPLY) ? name.slice(0, -REPLY.length) : name);
  if (!contract) throw new Error(`no contract for the sample ${name}`);
  return name.endsWith(REPLY) && isQuery(contract) ? contract.reply : contract.data;
}

/** What travels: fields without a value do not. */
function onTheWire(data: object): unknown {
  return JSON.parse(JSON.stringify(data));
}

describe('sample messages', () => {
  it('there is one for every contract and every answer, and none besides', () => {
    expect(new Set(sampleNames())).toEqual(new Set(expected));
  });

  it.each(expected)('%s is accepted, as it was when it was written down', (name) => {
    const envelope = sampleEnvelope(name);
    expect(envelopeViolations(envelope)).toEqual([]);
    expect(validated(dataTypeOf(name), envelope.data)).toMatchObject({ ok: true });
  });

  it.each(expected)('%s comes through JSON unchanged', (name) => {
    const { data } = sampleEnvelope(name);
    const once = validated(dataTypeOf(name), data);
    if (!once.ok) throw new Error(once.violations.join('; '));
    expect(onTheWire(once.data)).toEqual(data);
    expect(validated(dataTypeOf(name), onTheWire(once.data))).toEqual(once);
  });

  it.each(expected)('%s may carry fields that this version does not know', (name) => {
    const { data } = sampleEnvelope(name);
    expect(validated(dataTypeOf(name), { ...data, addedLater: { by: ['a', 'newer', 'version'] } })).toMatchObject({
      ok: true,
    });
  });
});
