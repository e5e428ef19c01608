import { describe, expect, it } from '@jest/globals';
import { matchesForm, parseCommand } from './command-line.js';
import { exitCodeOf } from './failure.js';

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
    [['restore', 'DB1', 'full'], /'restore' is not one that this emulation has/],
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

describe('the exit code', () => {
  it('is 0 for success alone', () => {
    expect(exitCodeOf(0)).toBe(0);
    expect(exitCodeOf(464)).toBe(208);
    expect(exitCodeOf(512)).toBe(1);
  });
});
