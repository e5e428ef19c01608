import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatsIn } from './moments.js';
import { parseListing } from './parse-listing.js';
import { lastSizeIn } from './sizes.js';

const sample = (name: string): readonly string[] =>
  readFileSync(fileURLToPath(new URL(`../../../../test-data/${name}`, import.meta.url)), 'utf8').split('\n');
const UTC = { date: 1, time: 1, zone: 'UTC' };
const parse = (lines: readonly string[], formats = UTC, node: string | null = 'DAG1') =>
  parseListing(lines, formats, { node, member: 'ex01' });

/** The columns as they are remembered (reference 4.4), under headings. */
const HEADED = [
  'IBM Storage Protect for Mail:',
  'Version 8, Release 1, Level 0.0',
  'Exchange Server : DAG1',
  'Database : MBX 01',
  'Backup Date          Size          S  Fmt  Type  Loc  Object Name',
  '-------------------  ------------  -  ---  ----  ---  -----------',
  '11/22/2026 22:00:07  2.01GB        A  VSS  full  Srv  20261122220007 (EX02)',
  '11/21/2026 22:00:00  13,456,789 B  I  VSS  incr  Loc  20261121220000 (ex01.contoso.local)',
  'Database : MBX02',
  '11/20/2026 22:00:00  500 MB        A  VSS  copy  Srv  20261120220000',
  'Completed',
];

describe('a listing of backups', () => {
  it('of a DAG’s node tells the member’s own backups apart, which only that member sees without naming it', () => {
    const own = [
      'Exchange Server : EX01.contoso.local',
      'Database : SA01',
      '11/22/2026 22:00:07  1 GB  A  VSS  full  Srv  20261122220007',
    ];
    const { backups } = parse([...HEADED.slice(0, -1), ...own]);
    expect(backups.map(({ databaseName, node, sourceMember }) => [databaseName, node, sourceMember])).toEqual([
      ['MBX 01', 'DAG1', 'ex02'],
      ['MBX 01', 'DAG1', 'ex01'],
      ['MBX02', 'DAG1', null],
      ['SA01', 'EX01.contoso.local', 'ex01'],
    ]);
  });

  it('is read under headings', () => {
    const { backups, problem } = parse(HEADED);
    expect(problem).toBeNull();
    expect(backups).toEqual([
      {
        databaseName: 'MBX 01',
        backupType: 'full',
        startedAt: '2026-11-22T22:00:07.000Z',
        sizeBytes: '2158221066',
        objectName: '20261122220007',
        sourceMember: 'ex02',
        node: 'DAG1',
        location: 'server',
        active: true,
      },
      {
        databaseName: 'MBX 01',
        backupType: 'incremental',
        startedAt: '2026-11-21T22:00:00.000Z',
        sizeBytes: '13456789',
        objectName: '20261121220000',
        sourceMember: 'ex01',
        node: 'DAG1',
        location: 'local',
        active: false,
      },
      {
        databaseName: 'MBX02',
        backupType: 'copy',
        startedAt: '2026-11-20T22:00:00.000Z',
        sizeBytes: '524288000',
        objectName: '20261120220000',
        sourceMember: null,
        node: 'DAG1',
        location: 'server',
        active: true,
      },
    ]);
  });

  it('is read with the name in each line, and says what it does not tell', () => {
    const line = '11/22/2026 16:20:00  MBX 2  12345  VSS full  Srv  20261122162000 (EX01)';
    expect(parse([line]).backups).toEqual([
      expect.objectContaining({ databaseName: 'MBX 2', sizeBytes: '12345', active: null, sourceMember: 'ex01' }),
    ]);
  });

  it('believes a heading before a column that nobody knows', () => {
    const lines = ['Database : MBX01', '11/22/2026 16:20:00  X9  2.01GB  A  VSS  full  Srv  20261122162000 (EX01)'];
    expect(parse(lines).backups).toEqual([expect.objectContaining({ databaseName: 'MBX01' })]);
  });

  it('is read in blocks of fields', () => {
    const block = [
      'Database : DB1',
      'Backup Date/Time : 03/31/2016 07:35:11',
      'Backup Type : Full',
      'Backup State : Active',
      'Object Name : 20160331073511',
      'Backup Date/Time : 04/01/2016 07:35:11',
      'Backup Type : Incremental',
      'Backup State : Inactive',
      'Object Name : 20160401073511',
    ];
    expect(parse(block).backups).toEqual([
      expect.objectContaining({ databaseName: 'DB1', objectName: '20160331073511', active: true, backupType: 'full' }),
      expect.objectContaining({ objectName: '20160401073511', active: false, backupType: 'incremental' }),
    ]);
  });

  it('of a member’s own node takes the server from its heading', () => {
    const lines = [
      'Exchange Server : EX07',
      'Database : SOLO',
      '11/22/2026 16:20:00  1 B  A  VSS  full  Srv  20261122162000',
    ];
    expect(parse(lines, UTC, null).backups).toEqual([expect.objectContaining({ sourceMember: 'ex07', node: 'EX07' })]);
  });

  it('is read with the formats that the client’s own settings name', () => {
    const settings = ['DATEformat ......................... 4', 'TIMEformat ......................... 3'];
    const lines = ['Database : DB1', '05.06.2026 22.00.07  1 B  A  VSS  full  Srv  20260605220007'];
    const local = formatsIn(settings, 'Europe/Berlin');
    expect(parse(lines, local).backups[0]?.startedAt).toBe('2026-06-05T20:00:07.000Z');
  });

  it('believes the object’s name where the date is in another format than it seems', () => {
    const lines = ['Database : DB1', '05/06/2026 22:00:07  1 B  A  VSS  full  Srv  20260605220007'];
    expect(parse(lines).backups[0]?.startedAt).toBe('2026-06-05T22:00:07.000Z');
  });

  it('tells of lines that look like a backup and cannot be read, and reads the others', () => {
    const cut = [...HEADED.slice(0, 7), '11/21/2026 22:00:00  13 B  I  VSS  incr  Loc  2026112', ...HEADED.slice(8)];
    const { backups, problem } = parse(cut);
    expect(backups).toHaveLength(2);
    expect(problem).toContain('1 lines');
  });

  it('makes no backup of what never was one', () => {
    for (const name of ['tdp-family-vss-output.txt', 'tdpexcc-query-tdp.txt', 'tdpexcc-query-tsm-connection.txt'])
      expect(parse(sample(name)).backups).toEqual([]);
  });

  it('survives any mutilation, and never gives a line to another database', () => {
    const property = fc.property(
      fc.array(fc.record({ line: fc.nat({ max: HEADED.length - 1 }), at: fc.nat({ max: 80 }), cut: fc.nat(12) })),
      (wounds) => {
        const lines = [...HEADED];
        for (const { line, at, cut } of wounds) {
          if (/^Database|^Exchange/.test(lines[line] ?? '')) continue;
          lines[line] = (lines[line] ?? '').slice(0, at) + (lines[line] ?? '').slice(at + cut);
        }
        const whole = parse(HEADED).backups;
        for (const { databaseName, objectName } of parse(lines).backups) {
          const owner = whole.find((backup) => backup.objectName === objectName);
          if (owner) expect(databaseName).toBe(owner.databaseName);
        }
      },
    );
    expect(() => fc.assert(property)).not.toThrow();
  });
});

describe('a size', () => {
  it.each([
    ['12345', '12345'],
    ["44'276'220", '44276220'],
    ['44 276 220', '44276220'],
    ['44.276.220', '44276220'],
    ['2,01GB', '2158221066'],
    ['1.5 KB', '1536'],
    ['8062302 bytes', '8062302'],
  ])('%s is %s bytes', (text, bytes) => {
    expect(lastSizeIn(text)?.bytes).toBe(bytes);
  });

  it('is none where there is no number, or one beyond 64 bits', () => {
    expect(lastSizeIn('VSS')).toBeNull();
    expect(lastSizeIn('9'.repeat(30))).toBeNull();
  });
});
