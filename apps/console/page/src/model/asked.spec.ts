import { describe, expect, it } from '@jest/globals';
import { WEEKDAYS, type BackupRequest, type RestoreRequest, type RunView } from '#contracts';
import { askedFor } from './asked.js';

const naming = (_: string, name: string): string => name.toUpperCase();
const ofBackup = (request: BackupRequest) => askedFor({ requestId: 'r', request } as RunView, naming);
const ofRestore = (request: RestoreRequest) =>
  askedFor({ requestId: 'r', restore: { request, tasks: [] } } as unknown as RunView, naming);

describe('what was asked for', () => {
  it('is everything where nothing was said', () => {
    expect(ofBackup({})).toEqual([
      ['Of', 'every database'],
      ['Request id', 'r'],
    ]);
  });

  it('is told in the words of the form', () => {
    const facts = Object.fromEntries(
      ofBackup({
        dags: ['dag1'],
        databases: ['MBX01', 'MBX02'],
        backupType: 'copy',
        copyPreference: 'passiveOnly',
        onFailover: 'bestCopy',
        excludeMembers: [],
        preferMembers: ['ex02'],
        deadlineMs: 5_400_000,
        priority: 9,
        databasePriorities: [{ database: 'MBX01', priority: 1 }],
        window: {
          timeZone: 'Europe/Berlin',
          periods: [{ days: WEEKDAYS, from: '22:00', to: '06:00' }],
          whenClosed: 'stop',
        },
      }),
    );
    expect(facts).toEqual({
      Of: 'DAG1: MBX01, MBX02',
      Type: 'copy',
      'Which copy': 'Only passive ones',
      'On a failover': 'At the best copy',
      'Members taken first': 'EX02',
      'Ends at the latest after': '1 h 30 min',
      Priority: '9',
      'Priorities of databases': 'MBX01: 1',
      Only: 'every day 22:00 to 06:00 (Europe/Berlin); what then still runs is stopped',
      'Request id': 'r',
    });
  });

  it.each<[RestoreRequest, object]>([
    [{ all: true }, { Of: 'every database', 'From when': 'the newest backup', 'To where': 'Over the database itself' }],
    [
      {
        databases: ['A'],
        point: { kind: 'backup', backupId: 'A/1' },
        to: { kind: 'server', member: 'ex03' },
        confirm: ['A'],
      },
      { Of: 'A', 'From when': 'A/1', 'On which member': 'EX03', 'Confirmed to be overwritten': 'A' },
    ],
    [
      {
        databases: ['A'],
        point: { kind: 'time', at: '2026-01-31T22:00:00.000Z' },
        to: { kind: 'files', path: 'D:\\R' },
      },
      { 'From when': expect.stringContaining('2026-01-31 22:00:00 UTC'), 'Into which folder': 'D:\\R' },
    ],
    [
      { dags: ['dag1'], onRunningBackup: 'cancel', fullAfter: 'take', withoutCopiesOn: ['ex02'], deadlineMs: 60_000 },
      {
        Of: 'DAG1',
        'A backup that runs': 'is cancelled',
        'A new full afterwards': 'is taken',
        'Copies left out on': 'EX02',
        'Begins at the latest after': '1 min',
      },
    ],
  ])('is told of the restore %j', (request, expected) => {
    expect(Object.fromEntries(ofRestore(request))).toMatchObject(expected);
  });
});
