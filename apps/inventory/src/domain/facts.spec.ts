import { describe, expect, it } from '@jest/globals';
import { MOVE_SETTLES_MS } from './active-member.js';
import { DB2, Told, copy, database } from '../testing/given.js';

const ALL = ['ex01', 'ex02', 'ex03'];

/** Three members that have all reported DB1 active on ex01. */
function threeMembers(): Told {
  const told = new Told();
  for (const member of ALL) told.report(member, 1, [database('ex01', ALL)]);
  return told.after(1_000, ALL);
}

describe('a database failed over', () => {
  it('is told when the next report shows the active copy elsewhere', () => {
    expect(
      threeMembers()
        .report('ex02', 2, [database('ex02', ALL)])
        .told(),
    ).toEqual(['failedOver DB1 ex01>ex02 unknown', 'changed DB1']);
  });

  it('is told when an agent saw the move, with what that agent knows of it', () => {
    const told = threeMembers().move('ex02', 2, database('ex02', ALL), { category: 'switchover', operationId: 'op-1' });
    expect(told.told()).toEqual(['failedOver DB1 ex01>ex02 switchover', 'changed DB1']);
    expect(told.facts[0]).toMatchObject({
      move: {
        fromMember: 'ex01',
        toMember: 'ex02',
        observedBy: 'ex02',
        operationId: 'op-1',
        database: { activeMember: 'ex02', mounted: true },
      },
    });
  });

  it('is told when a third member saw it, though the old active member has not noticed yet', () => {
    const told = threeMembers().move('ex02', 2, database('ex03', ALL));
    expect(told.told()).toEqual(['failedOver DB1 ex01>ex03 failover', 'changed DB1']);
    expect(
      told
        .after(1_000, ALL)
        .report('ex02', 3, [database('ex03', ALL)])
        .told(),
    ).toEqual([]);
    expect(told.database().activeMember).toBe('ex03');
  });

  it('is told of a database that was not known before, when its move was seen', () => {
    const told = threeMembers().move('ex02', 2, database('ex04', ['ex02', 'ex04'], { guid: DB2, name: 'DB2' }));
    expect(told.told()).toEqual(['failedOver DB2 ?>ex04 failover', 'changed DB2', 'ex04 appeared']);
  });

  it('is told once, however many members see it, by whatever message', () => {
    const told = threeMembers().move('ex02', 2, database('ex02', ALL), { operationId: 'op-1' });
    const later: string[] = [];
    for (const member of ALL)
      later.push(...told.after(1_000, ALL).move(member, 3, database('ex02', ALL), { operationId: 'op-1' }).told());
    for (const member of ALL)
      later.push(
        ...told
          .after(1_000, ALL)
          .report(member, 4, [database('ex02', ALL)])
          .told(),
      );
    expect(later.filter((fact) => fact.startsWith('failedOver'))).toEqual([]);
  });

  it('is not taken back by what the old active member said of itself before the move', () => {
    const told = threeMembers().after(1_000, ALL);
    // The new active member has not mounted it yet, so nothing but the time says that the old one's claim is outdated.
    told.move('ex02', 2, database('ex02', ALL));
    told.report('ex02', 3, [
      database('ex02', ALL, {
        copies: [copy('ex01'), copy('ex02', { active: true, status: 'Mounting' }), copy('ex03')],
      }),
    ]);
    expect(told.database().activeMember).toBe('ex02');
    expect(told.told()).not.toContainEqual(expect.stringContaining('failedOver'));
  });

  it('is not taken back by a report that the old active member read before the move and sent after it', () => {
    const told = threeMembers().move('ex03', 2, database('ex02', ALL)).after(1_000, ALL);
    told.report('ex01', 2, [database('ex01', ALL)]);
    expect(told.database()).toMatchObject({ activeMember: 'ex02' });
    expect(told.told().filter((fact) => fact.startsWith('failedOver'))).toEqual([]);
  });

  it('shows the new active copy as mounted from the moment that somebody saw it so', () => {
    const told = threeMembers().move('ex03', 2, database('ex02', ALL));
    expect(told.database().copies.find(({ member }) => member === 'ex02')).toMatchObject({
      role: 'active',
      status: 'Mounted',
    });
  });

  it('is told again when it moves back', () => {
    const told = threeMembers().move('ex02', 2, database('ex02', ALL)).after(MOVE_SETTLES_MS, ALL);
    expect(told.report('ex01', 2, [database('ex01', ALL)]).told()).toContain('failedOver DB1 ex02>ex01 unknown');
  });

  it('is not told at the first sight of a database', () => {
    expect(new Told().report('ex01', 1, [database('ex01', ['ex01'])], { dag: null }).told()).toEqual([
      'changed DB1',
      'ex01 appeared',
    ]);
  });
});

describe('a database changed', () => {
  it.each([
    [
      'queue lengths',
      {
        copies: [
          copy('ex01', { active: true, status: 'Mounted' }),
          copy('ex02', { copyQueueLength: '9', replayQueueLength: '9' }),
        ],
      },
    ],
    ['its size', { sizeBytes: '1001' }],
    ['nothing but the age of the report', {}],
  ])('is not told for %s', (_, override) => {
    const told = new Told().report('ex01', 1, [database('ex01', ['ex01', 'ex02'])]).after(2_000, ['ex01']);
    expect(told.report('ex01', 2, [database('ex01', ['ex01', 'ex02'], override)]).told()).toEqual([]);
  });

  it.each([
    [
      'a copy status',
      { copies: [copy('ex01', { active: true, status: 'Mounted' }), copy('ex02', { status: 'Failed' })] },
    ],
    ['a backup time', { lastFullBackupAt: '2026-01-30T22:00:00Z' }],
    ['a backup in progress', { backupInProgress: true }],
    ['circular logging', { circularLogging: true }],
    ['a dismount', { mounted: false }],
    ['its name', { name: 'DB1b' }],
  ])('is told for %s', (_, override) => {
    const told = new Told().report('ex01', 1, [database('ex01', ['ex01', 'ex02'])]).after(2_000, ['ex01']);
    const facts = told.report('ex01', 2, [database('ex01', ['ex01', 'ex02'], override)]).told();
    expect(facts).toHaveLength(1);
    expect(facts[0]).toMatch(/^changed DB1/);
  });

  it('is told when a copy is seen by another member than before and looks different', () => {
    const told = new Told().report('ex02', 1, [database('ex01', ['ex01', 'ex02'])]);
    told.report('ex01', 1, [
      database('ex01', [], {
        copies: [copy('ex01', { active: true, status: 'Mounted' }), copy('ex02', { status: 'ServiceDown' })],
      }),
    ]);
    expect(told.after(9_000, ['ex01']).told()).toEqual(['changed DB1', 'ex02 lost']);
  });
});

describe('a member changed', () => {
  it('appeared: with its own report, or named by another member of its DAG', () => {
    expect(new Told().report('ex01', 1, []).told()).toEqual(['ex01 appeared', 'ex02 appeared', 'ex03 appeared']);
  });

  it('misses its client, told once', () => {
    const noClient = { dag: null, client: { installed: false, version: null } };
    const told = new Told().report('ex01', 1, [], noClient);
    expect(told.told()).toEqual(['ex01 appeared', 'ex01 clientMissing']);
    expect(told.report('ex01', 2, [], noClient).told()).toEqual([]);
  });

  it('is lost after the limit without a sign of life, told once, and returns with the next one', () => {
    const told = new Told().report('ex01', 1, [], { dag: null });
    expect(told.after(7_999).told()).toEqual([]);
    expect(told.after(1).told()).toEqual(['ex01 lost']);
    expect(told.after(60_000).told()).toEqual([]);
    expect(told.member('ex01').agent).toMatchObject({ state: 'silent', reportAgeMs: 68_000 });
    expect(told.heartbeat('ex01').told()).toEqual(['ex01 returned']);
    expect(told.member('ex01').agent.state).toBe('alive');
  });

  it('is still lost, and not told to be back, when others report', () => {
    const told = new Told().report('ex01', 1, [], { dag: null }).after(9_000);
    expect(told.report('ex02', 1, [], { dag: null }).told()).toEqual(['ex02 appeared']);
    expect(told.heartbeat('ex01').told()).toEqual(['ex01 returned']);
  });

  it('is not lost while it sends heartbeats, though it reports nothing', () => {
    expect(new Told().report('ex01', 1, [], { dag: null }).after(50_000, ['ex01']).told()).toEqual([]);
  });

  it('is told when its agent reports for the first time after others had named it', () => {
    const told = new Told().report('ex01', 1, []);
    expect(told.member('ex02').agent.state).toBe('never');
    expect(told.report('ex02', 1, []).told()).toEqual(['ex02 changed']);
  });

  it.each([
    ['a standing problem', { warnings: ['journal line 3 is in quarantine'] }],
    ['another client version', { client: { installed: true, version: '8.2' } }],
  ])('is told for %s', (_, override) => {
    const told = new Told().report('ex01', 1, [], { dag: null });
    expect(told.report('ex01', 2, [], { dag: null, ...override }).told()).toEqual(['ex01 changed']);
  });

  it('is not called lost by an inventory that has only just begun to listen', () => {
    const told = new Told().report('ex01', 1, [], { dag: null }).after(5_000, ['ex01']);
    // What a restart leaves: the records and what was told, and nobody heard.
    told.state = { ...told.state, heardAtMs: new Map(), listeningSinceMs: told.nowMs, freshMembers: new Set() };
    expect(told.member('ex01').agent.state).toBe('silent');
    expect(told.after(7_000).told()).toEqual([]);
    expect(told.after(1_000).told()).toEqual(['ex01 lost']);
  });
});
