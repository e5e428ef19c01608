import { describe, expect, it } from '@jest/globals';
import { Told, copy, database } from '../testing/given.js';

describe('the members', () => {
  it('of a DAG are listed though they have neither agent nor client', () => {
    const told = new Told().report('ex01', 1, []);
    expect(told.view().dags).toEqual([{ id: 'dag1', name: 'DAG1', members: ['ex01', 'ex02', 'ex03'] }]);
    expect(told.member('ex03')).toEqual({
      id: 'ex03',
      name: 'EX03',
      dag: 'dag1',
      site: null,
      storageServer: null,
      exchangeVersion: null,
      volumes: [],
      client: { installed: null, version: null },
      agent: { state: 'never', version: null, reportAgeMs: null },
      warnings: [],
    });
  });

  it('tell how their client is called, where their agents said so', () => {
    const client = { installed: true, version: '8.1', call: { options: ['/CONFIGFILE=a.cfg'], dagNode: 'DAG1' } };
    expect(new Told().report('ex01', 1, [], { client }).member('ex01').client).toEqual(client);
  });

  it('are the same whatever the case of their name, short or with domain', () => {
    const told = new Told()
      .report('ex01', 1, [], {
        memberName: 'EX01',
        dag: { name: 'dag1', members: ['ex01.contoso.local', 'Ex02', 'EX03.contoso.local'] },
      })
      .report('ex02', 1, [], {
        memberName: 'ex02',
        dag: { name: 'DAG1.contoso.local', members: ['EX01', 'EX02.CONTOSO.LOCAL', 'ex03'] },
      });
    expect(told.view().members.map(({ id }) => id)).toEqual(['ex01', 'ex02', 'ex03']);
    expect(told.view().dags).toHaveLength(1);
  });

  it('are listed when they only hold a copy', () => {
    const told = new Told().report('ex01', 1, [
      database('ex01', [], { copies: [copy('ex01', { active: true, status: 'Mounted' }), copy('ex07')] }),
    ]);
    expect(told.member('ex07').agent.state).toBe('never');
  });

  it('stand where their agents say, and null where nobody does', () => {
    const told = new Told()
      .report('ex01', 1, [database('ex01', [], { copies: [copy('ex01', { volume: 'V1' })] })], {
        site: 'Site-A',
        storageServer: 'SP1',
      })
      .report('ex02', 1, []);
    expect(told.member('ex01')).toMatchObject({ site: 'Site-A', storageServer: 'SP1' });
    expect(told.member('ex02')).toMatchObject({ site: null, storageServer: null });
    expect(told.view().databases[0]?.copies.map(({ volume }) => volume)).toEqual(['V1']);
  });

  it('leave the DAG when its reporting members no longer name them', () => {
    const told = new Told()
      .report('ex01', 1, [])
      .report('ex01', 2, [], { dag: { name: 'DAG1', members: ['EX01', 'EX02'] } });
    expect(told.view().members.map(({ id }) => id)).toEqual(['ex01', 'ex02']);
  });

  it('leave the DAG also when they had an agent, fell silent, and the others no longer name them', () => {
    const told = new Told().report('ex01', 1, []).report('ex02', 1, []);
    told.after(9_000, ['ex01']).report('ex01', 2, [], { dag: { name: 'DAG1', members: ['EX01', 'EX03'] } });
    expect(told.member('ex02').dag).toBeNull();
    expect(told.view().dags[0]?.members).toEqual(['ex01', 'ex03']);
  });

  it('stay in the DAG last known when all its agents are silent', () => {
    const told = new Told().report('ex01', 1, []).after(60_000);
    expect(told.view().dags[0]?.members).toEqual(['ex01', 'ex02', 'ex03']);
  });

  it('have volumes whose free space is shown, and is no news', () => {
    const volume = (freeBytes: string) => ({ volumes: [{ path: 'D:\\', freeBytes, totalBytes: '9000' }] });
    const told = new Told().report('ex01', 1, [], volume('5000')).report('ex01', 2, [], volume('4000'));
    expect(told.told()).toEqual([]);
    expect(told.member('ex01').volumes).toEqual([{ path: 'D:\\', freeBytes: '4000', totalBytes: '9000' }]);
  });
});
