import { describe, expect, it } from '@jest/globals';
import { matchesForm, parseCommand } from './command-line.js';
import { exitCodeOf } from './failure.js';
import { RESTORE_SPELLING, restoreSpellingIn } from './restore-spelling.js';

describe('the command line', () => {
  it('takes keywords in any case, down to their documented shortest form', () => {
    expect(matchesForm('inc', 'INCRemental')).toBe(false);
    expect(matchesForm('incr', 'INCRemental')).toBe(true);
    expect(matchesForm('Increm', 'INCRemental')).toBe(true);
    expect(matchesForm('incrementals', 'INCRemental')).toBe(false);
    expect(parseCommand(['BACK', 'DB1', 'diff'])).toMatchObject({
      kind: 'backup',
      databases: ['DB1'],
      type: 'differential',
    });
    expect(parseCommand(['q', 'tdp'])).toMatchObject({ kind: 'queryTdp' });
    expect(parseCommand(['query', 'exch'])).toMatchObject({ kind: 'queryExchange' });
    expect(parseCommand(['query', 'TSM', '*', 'full', '/all'])).toMatchObject({
      kind: 'queryTsm',
      databases: '*',
      type: 'full',
    });
  });

  it('takes the documented options', () => {
    const command = parseCommand([
      'backup',
      'DB1,db 2,',
      'full',
      '/config=a.cfg',
      '/LOGFILE=b.log',
      '/logp=no',
      '/tsmoptfile=dsm.opt',
      '/DAGNODE=DAG1',
      '/backupdest=tsm',
      '/excludedb=DB3,DB4',
      '/preferdagpas',
      '/MIN=720',
      '/skipintegritycheck=yes',
      '/q',
    ]);
    expect(command).toMatchObject({
      databases: ['DB1', 'db 2'],
      options: {
        configFile: 'a.cfg',
        logFile: 'b.log',
        optionFile: 'dsm.opt',
        dagNode: 'DAG1',
        excludedDatabases: ['DB3', 'DB4'],
        preferDagPassive: true,
        minimumIntervalMinutes: 720,
        quiet: true,
      },
    });
  });

  it.each([
    [[], /a command is missing/],
    [['delete', 'backup'], /'delete' is not one that this emulation has/],
    [['restore', 'DB1'], /restore needs a database list and a type/],
    [['restore', '*', 'full', '/intodb=RDB1'], /goes with one database alone/],
    [['restore', 'DB1,DB2', 'full', '/object=20260101000000'], /goes with one database alone/],
    [['restore', 'DB1', 'full', '/recover=perhaps'], /not one of APPLYALLlogs, APPLYRESToredlogs/],
    [['restore', 'DB1', 'full', '/into=x'], /option '\/into' is not known/],
    [['restorefiles', 'DB1', 'full', '/intodb=x'], /option '\/intodb' is not known/],
    [['backup', 'DB1'], /needs a database list and a type/],
    [['backup', 'DB1,', 'DB2', 'full'], /'full' is too much; a database list has no blank/],
    [['backup', 'DB1', 'full', 'x'], /'x' is too much/],
    [['backup', 'DB1,,DB2', 'full'], /not a list of database names/],
    [['backup', 'DB1', 'full', '/nonsense'], /option '\/nonsense' is not known/],
    [['backup', 'DB1', 'full', '/logfile'], /needs a value/],
    [['backup', 'DB1', 'full', '/quiet=yes'], /takes no value/],
    [['backup', 'DB1', 'full', '/min=soon'], /not a number of minutes/],
    [['backup', 'DB1', 'full', '/backupdestination=tape'], /not one of TSM, LOCAL, BOTH/],
    [['query', 'sql'], /not one of tdp, exchange, tsm/],
  ])('refuses %j', (argv, reason) => {
    expect(() => parseCommand(argv)).toThrow(reason);
  });
});

describe('the command line of a restore', () => {
  it('takes the options as they are believed to be spelled', () => {
    const argv = ['rest', 'DB1', 'incr', '/obj=20260101000000', '/INTODB=RDB1', '/erase=yes', '/recov=applyrest'];
    expect(parseCommand([...argv, '/mountda=No', '/fromexcserv=EX02'])).toMatchObject({
      kind: 'restore',
      databases: ['DB1'],
      type: 'incremental',
      options: {
        object: '20260101000000',
        intoDatabase: 'RDB1',
        eraseExistingLogs: true,
        recover: RESTORE_SPELLING.applyRestoredLogs,
        mountDatabases: false,
        fromServer: 'EX02',
      },
    });
    expect(parseCommand(['restoref', 'DB1', 'full', '/into=/tmp/x'])).toMatchObject({
      kind: 'restoreFiles',
      options: { intoFolder: '/tmp/x' },
    });
  });

  it('follows another spelling, and then no longer the old one', () => {
    const spelling = restoreSpellingIn('{"intoDatabase":"INTODBName","recover":"RECOVery"}');
    const parse = (option: string) => parseCommand(['restore', 'DB1', 'full', option], spelling);
    expect(parse('/intodbname=RDB1')).toMatchObject({ options: { intoDatabase: 'RDB1' } });
    expect(() => parse('/intodbs=RDB1')).toThrow(/not known/);
    expect(restoreSpellingIn(undefined)).toBe(RESTORE_SPELLING);
  });

  it.each(['[', '7', '{"nobody":"X"}', '{"object":"with blank"}', '{"object":7}'])(
    'refuses the spelling %s',
    (text) => {
      expect(() => restoreSpellingIn(text)).toThrow(/DAG_LAB_RESTORE_SPELLING|JSON/);
    },
  );
});

describe('the exit code', () => {
  it('is 0 for success alone', () => {
    expect(exitCodeOf(0)).toBe(0);
    expect(exitCodeOf(464)).toBe(208);
    expect(exitCodeOf(512)).toBe(1);
  });
});
