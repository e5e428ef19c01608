import { describe, expect, it } from '@jest/globals';
import { alarmOf, answered, factsOf, found, ago, maintenanceOf } from '../../../test/doctor-facts.js';
import { AT } from '../../../test/fixtures.js';
import { diagnose } from '../diagnose.js';

const HOUR_MS = 3_600_000;

describe('what is left to people', () => {
  it('stands with its commands', () => {
    expect(found('alarms', factsOf({ alarms: answered([alarmOf()]) }))).toMatchObject([
      {
        state: 'problem',
        text: 'MBX01, since 2026-01-31 22:00Z: the copy on EX02 is suspended',
        commands: ['Resume-MailboxDatabaseCopy MBX01\\EX02', 'dagctl alarms acknowledge a-1 --note "done by hand"'],
      },
    ]);
  });

  it('with very many commands tells where all of them are', () => {
    const commands = Array.from({ length: 30 }, (_, index) => `command ${index + 1}`);
    const facts = factsOf({ alarms: answered([alarmOf({ kind: 'stalled', commands })]) });
    expect(found('alarms', facts)[0]?.commands.slice(19)).toEqual(['command 20', 'dagctl alarms list']);
  });

  it('and what people have asked for is no fault', () => {
    const drain = {
      member: 'ex02',
      reason: 'new disks',
      since: AT,
      requestedBy: null,
      deadlineAt: null,
      isDeadlinePassed: false,
      stopRunning: false,
      running: 0,
    };
    const window = { periods: [], timeZone: 'UTC' };
    const closed = { window, isOpen: false, mayStart: false, changesAt: ago(-HOUR_MS) };
    const facts = factsOf({ maintenance: answered(maintenanceOf({ drains: [drain], defaultWindow: closed })) });
    expect(diagnose(facts).verdict).toBe('ok');
    expect(found('drains', facts)[0]?.text).toBe(
      'EX02 is drained since 2026-01-31 22:00Z (new disks) and gets no new work.',
    );
    expect(found('window', facts)[0]?.text).toBe(
      'The window for backups is closed until 2026-01-31 23:00Z; nothing starts before.',
    );
  });
});

describe('tokens', () => {
  const token = (expiresAt: string) => ({
    tokenId: '3f0e5a52-6a4f-4f2c-9d7c-0f6f5d3b9a11',
    name: 'ann',
    role: 'viewer' as const,
    secretHash: 'f'.repeat(64),
    createdAt: AT,
    expiresAt,
  });

  it('that have all expired let nobody in', () => {
    expect(found('tokens', factsOf({ tokens: answered([token(ago(1))]) }))).toMatchObject([
      { state: 'warning', commands: ['dagctl token create --role administrator'] },
    ]);
    expect(found('tokens', factsOf({ tokens: answered([token(ago(1)), token(ago(-HOUR_MS))]) }))).toMatchObject([
      { state: 'ok', text: '1 token for consoles, and 1 that has expired.' },
    ]);
  });
});
