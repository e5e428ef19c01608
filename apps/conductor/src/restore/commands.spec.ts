import { describe, expect, it } from '@jest/globals';
import { RESTORE_SPELLING, failure, type RestoreObject, type RestoreStep } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import { SETTINGS } from '../testing/worlds.js';
import { commandsOf, type StepNames } from './commands.js';
import { preflightOf } from './preflight.js';
import { propose } from './plan.js';
import { restoreOrderOf } from './decide/request.js';

const SPELLED = { ...RESTORE_SPELLING, command: 'restauriere', object: '/OBJ:', recover: '' };
const NAMES: StepNames = { databaseName: 'DB 1', memberName: 'EX01', nameOf: (member) => member.toUpperCase() };

function object(changes: Partial<RestoreObject> = {}): RestoreObject {
  return {
    backupId: 'DB 1/20260131220000',
    backupType: 'full',
    objectName: '20260131220000',
    startedAt: '2026-01-31T22:00:00.000Z',
    sizeBytes: null,
    sourceMember: 'ex02',
    node: 'DAG1',
    ...changes,
  };
}

const restore = (...objects: readonly RestoreObject[]): RestoreStep => ({
  kind: 'restoreBackup',
  sourceDatabaseName: 'DB 1',
  objects,
});

describe('the commands that a person types for the backup client', () => {
  it('are what an agent would call: old logs are erased with the first, and the last recovers', () => {
    const chain = restore(object(), object({ backupType: 'incremental', objectName: '20260201220000' }));
    expect(commandsOf(chain, NAMES, RESTORE_SPELLING)).toEqual([
      'tdpexcc restore "DB 1" full /DAGNODE=DAG1 /OBJECT=20260131220000 /ERASEEXISTINGLOGS=YES /MOUNTDATABASES=NO',
      'tdpexcc restore "DB 1" incremental /DAGNODE=DAG1 /OBJECT=20260201220000 /RECOVER=APPLYRESTOREDLOGS /MOUNTDATABASES=NO',
    ]);
  });

  it('name another member whose own node has the backup, and nobody where it is this member’s own', () => {
    const [elsewhere] = commandsOf(restore(object({ node: 'EX02' })), NAMES, RESTORE_SPELLING);
    expect(elsewhere).toContain('/FROMEXCSERVER=ex02');
    const [here] = commandsOf(restore(object({ node: 'ex01', sourceMember: 'ex01' })), NAMES, RESTORE_SPELLING);
    expect(here).not.toMatch(/DAGNODE|FROMEXC/);
  });

  it('carry what the member’s agent has told of its calls, its DAG’s node before any guess', () => {
    const client = { options: ['/CONFIGFILE=C:\\Program Files\\tdpexc.cfg', '/TSMOPTFILE=dag.opt'], dagNode: 'DAG7' };
    const told = (changes: Partial<RestoreObject>): string =>
      commandsOf(restore(object(changes)), { ...NAMES, client }, RESTORE_SPELLING).join();
    expect(told({ node: 'dag7' })).toContain(
      'restore "DB 1" full "/CONFIGFILE=C:\\Program Files\\tdpexc.cfg" /TSMOPTFILE=dag.opt /DAGNODE=DAG7 /OBJECT=20260131220000',
    );
    expect(told({ node: null })).toContain('/DAGNODE=DAG7');
    expect(told({ node: 'DAG1' })).toContain('/FROMEXCSERVER=ex02');
    const none = { ...NAMES, client: { options: [], dagNode: null } };
    expect(commandsOf(restore(object()), none, RESTORE_SPELLING).join()).toContain('/FROMEXCSERVER=ex02');
  });

  it('quote what holds a space', () => {
    const files: RestoreStep = {
      kind: 'restoreFiles',
      sourceDatabaseName: 'DB 1',
      objects: [object()],
      folder: 'D:\\Back from tape\\DB 1',
    };
    expect(commandsOf(files, NAMES, RESTORE_SPELLING)).toEqual([
      'tdpexcc restorefiles "DB 1" full /DAGNODE=DAG1 /OBJECT=20260131220000 "/INTO=D:\\Back from tape\\DB 1"',
    ]);
  });

  it('are spelled as the configuration says, in a dry run and in an alarm', () => {
    const settings = { ...SETTINGS, restore: { ...SETTINGS.restore, spelling: SPELLED } };
    const bench = new RestoreBench(undefined, settings);
    const { name } = bench.database(1);
    const request = { databases: [name], confirm: [name] };
    const expected = `tdpexcc restauriere ${name} full /DAGNODE=DAG1 /OBJ:20260101000000 /ERASEEXISTINGLOGS=YES /MOUNTDATABASES=NO`;

    const planning = { world: bench.world(), isAlive: () => true };
    const preflight = preflightOf(
      propose(restoreOrderOf(request), bench.backups, planning),
      planning.world,
      settings.restore,
    );
    expect(preflight.databases[0]?.steps.map(({ command }) => command)).toContain(expected);

    bench.request(request);
    for (let round = 0; round < 60; round += 1) {
      for (const step of bench.live()) {
        if (step.step.kind !== 'restoreBackup') bench.carryOut(step);
        else bench.end(step, { outcome: 'failed', wrote: true, failure: failure('x', 'no', { retryable: false }) });
      }
      bench.after(1_000);
    }
    expect([...bench.run().alarms.values()][0]?.commands).toContain(`EX01: ${expected}`);
  });
});
