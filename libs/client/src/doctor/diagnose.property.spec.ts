import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DOCTOR_CHECKS, DoctorReport, FINDING_STATES, commandQueue, serviceTopology } from '#contracts';
import { validated } from '#messaging';
import { alarmOf, answered, factsOf, maintenanceOf, unanswered } from '../../test/doctor-facts.js';
import { databaseOf, memberOf } from '../../test/fixtures.js';
import { diagnose } from './diagnose.js';

describe('whatever is answered, and by whom', () => {
  const failure = fc.constantFrom('query.timeout', 'broker.unreachable', 'query.bad-reply', 'broker.not-inspected');
  const text = fc.string({ maxLength: 20 });
  const count = fc.integer({ min: 0, max: 200_000 });
  const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { nil: null });
  const moment = fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
    .map((at) => at.toISOString());
  const or = <Value>(value: fc.Arbitrary<Value>) =>
    fc.oneof(
      value.map((each) => answered(each)),
      failure.map(unanswered),
    );
  const service = fc.option(fc.record({ version: text, instance: text, actingSince: moment, at: moment }), {
    nil: undefined,
  });
  const member = fc
    .record({
      id: fc.constantFrom('ex01', 'ex02', 'ex03'),
      installed: maybe(fc.boolean()),
      agent: fc.record({
        state: fc.constantFrom('alive' as const, 'silent' as const, 'never' as const),
        version: maybe(text),
        reportAgeMs: maybe(count),
      }),
      warnings: fc.array(text, { maxLength: 30 }),
    })
    .map(({ id, installed, ...parts }) => memberOf(id, { ...parts, client: { installed, version: null } }));
  const database = fc
    .record({
      name: text,
      activeMember: maybe(fc.constantFrom('ex01', 'ex09')),
      mounted: maybe(fc.boolean()),
      lastFullBackupAt: maybe(moment),
    })
    .map(({ name, ...parts }) => databaseOf(name, parts));
  const loads = fc.dictionary(
    fc.constantFrom(...serviceTopology().queues.map(({ name }) => name), commandQueue('ex01')),
    fc.oneof(fc.constantFrom('missing' as const, 'hidden' as const), fc.record({ messages: count, consumers: count })),
  );
  const facts = fc
    .record({
      loads,
      service,
      broker: failure,
      isBrokerThere: fc.boolean(),
      snapshot: or(
        fc.record({ members: fc.array(member, { maxLength: 4 }), databases: fc.array(database, { maxLength: 30 }) }),
      ),
      alarms: or(fc.array(fc.record({ text, commands: fc.array(text, { maxLength: 60 }) }), { maxLength: 30 })),
      tokens: or(fc.constant([])),
    })
    .map(({ loads: given, service: told, broker, isBrokerThere, snapshot, alarms, tokens }) =>
      factsOf({
        loads: given,
        ...(isBrokerThere ? {} : { broker: unanswered(broker) }),
        snapshot: snapshot.kind === 'failed' ? snapshot : snapshot.value,
        maintenance: answered(maintenanceOf(told === undefined ? {} : { service: told })),
        alarms: alarms.kind === 'failed' ? alarms : answered(alarms.value.map((alarm) => alarmOf(alarm))),
        tokens,
      }),
    );

  it('each check says something, the gravest come first, and the whole is as grave as the gravest', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { findings, verdict } = diagnose(given);
        expect(new Set(findings.map(({ check }) => check))).toEqual(new Set(DOCTOR_CHECKS));
        const grades = findings.map(({ state }) => FINDING_STATES.indexOf(state));
        expect(grades).toEqual(grades.toSorted((a, b) => a - b));
        const [gravest] = findings;
        expect(verdict).toBe(gravest?.state === 'notChecked' ? 'warning' : gravest?.state);
        expect(validated(DoctorReport, JSON.parse(JSON.stringify(diagnose(given))))).toMatchObject({ ok: true });
      }),
    );
  });
});
