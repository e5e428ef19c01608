import { describe, expect, it } from '@jest/globals';
import { parseDatabase, parseDatabases, parseEvent, parseServer } from './answers.js';
import { sizeBytesOf, timeSpanMsOf, uint64Of, utcOf } from './values.js';

const COPY = {
  server: 'S0141KL.contoso.local',
  active: true,
  status: 'Mounted',
  activationPreference: 1,
  replayLag: '00:00:00',
  copyQueueLength: '0',
  replayQueueLength: '0',
  latestFullBackupUtc: null,
  suspendComment: null,
  volume: '\\\\?\\Volume{1}',
};
const DATABASE = {
  guid: '5F0C0B7E-0D5D-4F5C-9C55-1F2A3B4C5D6E',
  name: 'Mailbox Database 1',
  recovery: false,
  publicFolder: false,
  activeServer: 's0141kl',
  mounted: true,
  backupInProgress: false,
  circularLogging: false,
  sizeBytes: '1.572 TB (1,728,485,810,176 bytes)',
  lastFullBackupUtc: '2014-10-22T19:55:12.0000000Z',
  lastIncrementalBackupUtc: null,
  lastDifferentialBackupUtc: null,
  lastCopyBackupUtc: null,
  copies: [COPY, { ...COPY, server: 'S0142KL', active: false, status: 'Healthy', replayLag: '7.00:00:00' }],
};

describe('a database from the host', () => {
  it('gets ids for server names in any form, times of one form, and numbers from Exchange’s texts', () => {
    expect(parseDatabase(DATABASE)).toMatchObject({
      guid: '5f0c0b7e-0d5d-4f5c-9c55-1f2a3b4c5d6e',
      activeMember: 's0141kl',
      sizeBytes: '1728485810176',
      lastFullBackupAt: '2014-10-22T19:55:12.000Z',
      copies: [
        { member: 's0141kl', replayLagMs: 0, volume: COPY.volume },
        { member: 's0142kl', replayLagMs: 604_800_000 },
      ],
    });
  });

  it('keeps what is not known as not known, and a status that nobody knows as Unknown', () => {
    const raw = {
      ...DATABASE,
      mounted: null,
      backupInProgress: undefined,
      sizeBytes: 'Unlimited',
      activeServer: '',
      copies: { ...COPY, status: 'Brooding' },
    };
    expect(parseDatabase(raw)).toMatchObject({
      mounted: null,
      backupInProgress: null,
      sizeBytes: null,
      activeMember: null,
      copies: [{ status: 'Unknown' }],
    });
  });

  it('that cannot be understood is a warning and leaves the others alone', () => {
    const { databases, warnings } = parseDatabases([
      DATABASE,
      { ...DATABASE, guid: 'x', recovery: 'perhaps' },
      'text',
      { ...DATABASE, copies: [null] },
      { guid: DATABASE.guid, name: 'DB2', problem: 'no RPC' },
    ]);
    expect(databases.map(({ name }) => name)).toEqual(['Mailbox Database 1']);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^database 2 of the list is left out: database Mailbox Database 1: .*guid must be a UUID.*/,
      ),
      expect.stringContaining('database 3 of the list is left out: a database is not a JSON object'),
      expect.stringContaining('database 4'),
      'database 5 of the list is left out: database DB2: Exchange could not read it: no RPC',
    ]);
  });

  it('may be the only one, or none, in PowerShell’s way', () => {
    expect(parseDatabases(DATABASE).databases).toHaveLength(1);
    expect(parseDatabases(null)).toEqual({ databases: [], warnings: [] });
  });
});

describe('what a restore looks at', () => {
  it('is understood in Exchange’s spelling', () => {
    const seeding = {
      ...COPY,
      server: 'EX03',
      active: false,
      status: 'Seeding',
      suspendComment: 'restore run 4711',
      activationSuspended: 'True',
      seedingPercent: '42',
      errorMessage: 'x'.repeat(5_000),
    };
    const raw = {
      ...DATABASE,
      allowFileRestore: 'True',
      edbPath: 'D:\\DB1\\DB1.edb',
      logPath: 'D:\\DB1\\log',
      copies: [seeding],
    };
    expect(parseDatabase(raw)).toMatchObject({
      allowFileRestore: true,
      edbPath: 'D:\\DB1\\DB1.edb',
      logPath: 'D:\\DB1\\log',
      copies: [
        {
          suspendComment: 'restore run 4711',
          activationSuspended: true,
          seedingPercent: 42,
          errorMessage: 'x'.repeat(1_000),
        },
      ],
    });
  });

  it.each([[101], [-1], ['many'], [null], [4.5]])('seeding percent %j is not known', (seedingPercent) => {
    expect(parseDatabase({ ...DATABASE, copies: [{ ...COPY, seedingPercent }] }).copies[0]?.seedingPercent).toBeNull();
  });

  it('may be missing from an answer, and is then not known', () => {
    expect(parseDatabase(DATABASE)).toMatchObject({ allowFileRestore: null, edbPath: null, logPath: null });
  });
});

describe('values of the host', () => {
  it.each([
    ['5 GB (5,368,709,120 bytes)', '5368709120'],
    ['5 GB (5.368.709.120 bytes)', '5368709120'],
    ["5 GB (5'368'709'120 bytes)", '5368709120'],
    ['5 GB (5\u00a0368\u00a0709\u00a0120 bytes)', '5368709120'],
    ['5368709120', '5368709120'],
    ['Unlimited', null],
    [null, null],
  ])('size %j is %j', (text, bytes) => expect(sizeBytesOf(text)).toBe(bytes));

  it.each([
    ['7.00:00:00', 604_800_000],
    ['10.00:00:00', 864_000_000],
    ['00:00:00', 0],
    ['1.02:03:04.5670000', 93_784_567],
    ['-00:00:01', null],
    ['soon', null],
  ])('time span %j is %j ms', (text, ms) => expect(timeSpanMsOf(text)).toBe(ms));

  it.each([
    ['9223372036854775766', '9223372036854775766'],
    ['18446744073709551616', null],
    ['-1', null],
    [12, '12'],
    [1e300, null],
  ])('queue length %j is %j', (value, length) => expect(uint64Of(value)).toBe(length));

  it.each([
    ['2026-02-01T21:00:00+01:00', '2026-02-01T20:00:00.000Z'],
    ['2026-02-01T21:00:00', null],
    ['9/10/2020 4:36:55 PM', null],
  ])('time %j is %j', (text, time) => expect(utcOf(text)).toBe(time));
});

describe('the server', () => {
  it('may be in no DAG, and must have a name', () => {
    expect(parseServer({ name: 'EX01', fqdn: null, dag: null })).toEqual({
      name: 'EX01',
      fqdn: null,
      site: null,
      version: null,
      dag: null,
      volumes: [],
    });
    expect(parseServer({ name: 'EX01', dag: { name: 'DAG1', members: 'EX01' } }).dag).toMatchObject({
      members: ['EX01'],
    });
    expect(() => parseServer({})).toThrow('no server name');
  });

  it('has volumes with free space, in Exchange’s sizes or in plain digits', () => {
    const volumes = [
      { path: 'D:\\', freeBytes: '5 GB (5,368,709,120 bytes)', totalBytes: '10737418240' },
      { path: '', freeBytes: '1', totalBytes: '1' },
      'text',
      { path: 'E:\\', freeBytes: 'Unlimited' },
    ];
    expect(parseServer({ name: 'EX01', volumes }).volumes).toEqual([
      { path: 'D:\\', freeBytes: '5368709120', totalBytes: '10737418240' },
      { path: 'E:\\', freeBytes: null, totalBytes: null },
    ]);
  });
});

describe('an event', () => {
  it('names a database or is none', () => {
    expect(parseEvent({ event: 'databaseMoved', databaseGuid: DATABASE.guid, initiator: 'Admin' })).toEqual({
      databaseGuid: '5f0c0b7e-0d5d-4f5c-9c55-1f2a3b4c5d6e',
      initiator: 'Admin',
    });
    expect(parseEvent({ event: 'databaseMoved', databaseGuid: '*' })).toBeNull();
    expect(parseEvent({ event: 'other', databaseGuid: DATABASE.guid })).toBeNull();
  });
});
