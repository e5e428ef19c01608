import { describe, expect, it } from '@jest/globals';
import { RUN_ID, Scenario } from '../testing/scenario.js';
import { databaseView, memberView, worldOf } from '../testing/worlds.js';
import { accountingOf } from './accounting.js';
import { verdict } from './decide/close.js';

const members = ['EX01', 'EX02'].map((name) => memberView(name));
const NOW_MS = Date.parse('2026-01-31T22:00:00Z');
const databases = [
  databaseView(1, ['ex01', 'ex02']),
  databaseView(2, ['ex01', 'ex02'], { lastFullBackupAt: '2026-01-31T20:30:00Z' }),
  databaseView(3, ['ex01', 'ex02'], { dag: 'dag2' }),
  databaseView(4, ['ex01'], { kind: 'recovery' }),
];

function scenarioOf(): Scenario {
  const scenario = new Scenario(worldOf(members, databases));
  scenario.nowMs = NOW_MS;
  return scenario;
}

describe('the accounts of a run', () => {
  it('count every known database once: backed up, proven not needed, excluded by a named rule', () => {
    const scenario = scenarioOf().planned({ dags: ['dag1'], minIntervalMs: 4 * 3_600_000 });
    scenario.succeed('MBX01');
    expect(accountingOf(scenario.run())).toEqual({
      known: 4,
      backedUp: 1,
      notNeeded: 1,
      excluded: 2,
      failed: 0,
      open: 0,
      exclusions: [
        { rule: 'not-selected', reason: 'the request is for DAG dag1', count: 1, databases: ['MBX03'] },
        { rule: 'recovery-database', reason: 'see the tasks for each reason', count: 1, databases: ['MBX04'] },
      ],
    });
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 0 });
  });

  it('keep the proof with a database that needs no backup', () => {
    const scenario = scenarioOf().planned({ databases: ['MBX02'], minIntervalMs: 4 * 3_600_000 });
    expect(scenario.of('TaskNotNeeded')[0]).toMatchObject({
      rule: 'minimum-interval',
      reason: "Exchange's LastFullBackup is 2026-01-31T20:30:00Z, 1 h 30 min ago, and one in 4 h is enough",
      proof: { header: 'LastFullBackup', at: '2026-01-31T20:30:00Z', observedBy: 'ex01' },
    });
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 0, reason: '0 succeeded, 1 not needed' });
  });

  it.each([
    ['as old as the interval', '2026-01-31T18:00:00Z'],
    ['further in the future than clocks differ', '2026-01-31T22:05:01Z'],
  ])('take a header that is %s for no proof', (_, lastFullBackupAt) => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02'], { lastFullBackupAt })]));
    scenario.nowMs = NOW_MS;
    scenario.planned({ minIntervalMs: 4 * 3_600_000 });
    expect(scenario.of('TaskNotNeeded')).toEqual([]);
  });

  it('make a run red that says nothing of a database the inventory knew', () => {
    const run = scenarioOf().planned().run(RUN_ID);
    expect(verdict({ ...run, knownDatabases: 5 })).toEqual({
      status: 'completedWithErrors',
      exitCode: 12,
      reason: expect.stringContaining('1 of 5 databases that the inventory knew are not accounted for'),
    });
  });
});

describe('a request that this world cannot fulfil', () => {
  const standalone = databaseView(5, ['ex01']);
  it.each([
    [{ copyPreference: 'passiveOnly', onFailover: 'bestCopy' }, 'copyPreference passiveOnly fits no selected database'],
    [{ excludeMembers: ['ex01'] }, 'excludeMembers leaves no member for any selected database: MBX05 is only on EX01'],
  ] as const)('%j is refused with exit 2, the clause and the databases named', (request, reason) => {
    const scenario = new Scenario(worldOf(members, [standalone])).planned(request);
    expect(scenario.run()).toMatchObject({ status: 'failed', exitCode: 2 });
    expect(scenario.run().reason).toContain(reason);
  });

  it('asks for more backups than any database has members', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02'])])).planned({
      copiesPerDatabase: 3,
    });
    expect(scenario.run()).toMatchObject({
      exitCode: 2,
      reason:
        'copiesPerDatabase 3 is more than any selected database has members to be backed up on: MBX01 has 2 (EX01, EX02)',
    });
  });

  it('prefers a member that it excludes, and contradicts itself twice', () => {
    const scenario = new Scenario(worldOf(members, [standalone]));
    scenario.when({
      type: 'BackupRequested',
      runId: RUN_ID,
      requestId: 'r',
      request: { preferMembers: ['ex01'], excludeMembers: ['ex01'], copyPreference: 'passiveOnly' },
    });
    expect(scenario.run()).toMatchObject({
      exitCode: 2,
      reason:
        'onFailover followActive contradicts copyPreference passiveOnly: say onFailover bestCopy; preferMembers and excludeMembers both name ex01',
    });
  });

  it('gives the databases that only some clause hits their own named outcome, and backs up the others', () => {
    const scenario = new Scenario(worldOf(members, [databaseView(1, ['ex01', 'ex02']), standalone])).planned({
      copyPreference: 'passiveOnly',
      onFailover: 'bestCopy',
    });
    scenario.succeed('MBX01');
    expect(scenario.task('MBX05')).toMatchObject({ status: 'skipped', rule: 'copy-preference' });
    expect(scenario.run()).toMatchObject({ status: 'completed', exitCode: 4 });
  });
});
