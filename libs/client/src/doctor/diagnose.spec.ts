import { describe, expect, it } from '@jest/globals';
import { DOCTOR_CHECKS } from '#contracts';
import { factsOf, silentMember, unanswered } from '../../test/doctor-facts.js';
import { AT, memberOf } from '../../test/fixtures.js';
import { diagnose } from './diagnose.js';

describe('a system that is well', () => {
  const { findings, verdict, takenAt } = diagnose(factsOf());

  it('gets one calm line a check, in their order, and nothing to type', () => {
    expect(findings.map(({ check, state, commands }) => [check, state, commands])).toEqual(
      DOCTOR_CHECKS.map((check) => [check, 'ok', []]),
    );
    expect({ verdict, takenAt }).toEqual({ verdict: 'ok', takenAt: AT });
  });

  it('is described by what was seen', () => {
    const texts = Object.fromEntries(findings.map(({ check, text }) => [check, text]));
    expect(texts).toMatchObject({
      broker: 'RabbitMQ 3.10.8 at broker:5672 (vhost dag), used as dag-api.',
      conductor: 'It answers within 5 ms: version 0.1.0, host-a 4711 acts since 2026-01-31 22:00Z.',
      versions: 'Everything that answers is of version 0.1.0.',
      agents: '2 members: every agent is alive and takes orders.',
      clients: '2 members with an agent and a backup client (version 8.1.24.0).',
      backups: 'The newest backup of each of 1 database is at most 0s old.',
      window: 'Backups may run at any time.',
      tokens: 'No token for a console has been made; dagctl token create makes one.',
    });
  });
});

describe('the order of findings', () => {
  it('is problems, warnings, what is not known, what is well', () => {
    const { findings, verdict } = diagnose(
      factsOf({
        snapshot: { members: [memberOf('ex01', { warnings: ['disk full'] }), silentMember('ex02')] },
        tokens: unanswered(),
      }),
    );
    expect(verdict).toBe('problem');
    expect(findings.map(({ state }) => state).filter((state) => state !== 'ok')).toEqual([
      'problem',
      'warning',
      'notChecked',
    ]);
    expect(findings.at(-1)?.state).toBe('ok');
  });

  it('is a warning as a whole where something is not known', () => {
    expect(diagnose(factsOf({ tokens: unanswered() })).verdict).toBe('warning');
  });
});
