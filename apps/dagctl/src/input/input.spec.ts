import { describe, expect, it } from '@jest/globals';
import { urlFor } from '../secrets.js';
import { backupRequest, collectList } from './backup-options.js';
import { parseDuration } from './duration.js';
import { managementUrlOf, vhostOf } from './management-url.js';

describe('parseDuration', () => {
  it.each([
    ['6h', 21_600_000],
    ['1h30m', 5_400_000],
    ['45s', 45_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['250ms', 250],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['6', 'h', '', '6 h', '-1h', '6h!', 'soon'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('collectList', () => {
  it('takes repeated options and comma lists alike', () => {
    expect(collectList('c, d,', collectList('a,b', undefined))).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('management URL', () => {
  it('is guessed from the broker’s, with its user', () => {
    expect(managementUrlOf('amqp://admin:s%40cret@host:5672/dag', undefined)).toBe('http://admin:s%40cret@host:15672');
  });

  it('borrows the user where it has none', () => {
    expect(managementUrlOf('amqp://admin:secret@host/dag', 'https://other:443')).toBe('https://admin:secret@other/');
    expect(managementUrlOf('amqp://admin:secret@host/dag', 'http://own:word@other:1')).toBe('http://own:word@other:1/');
  });

  it.each([
    ['amqp://host/dag', 'dag'],
    ['amqp://host', '/'],
    ['amqp://host/%2Fodd', '/odd'],
    ['amqp://one/dag,amqp://two/dag', 'dag'],
  ])('the virtual host of %s is %s', (url, vhost) => {
    expect(vhostOf(url)).toBe(vhost);
  });
});

describe('urlFor', () => {
  it('keeps hosts and virtual host and changes the user on each', () => {
    expect(urlFor('amqp://admin:x@one:1/dag, amqp://admin:x@two:2/dag', 'dag-api', 'p')).toBe(
      'amqp://dag-api:p@one:1/dag,amqp://dag-api:p@two:2/dag',
    );
  });
});

describe('the window of a backup', () => {
  it('is read from its words', () => {
    const request = backupRequest({
      window: ['mon-fri 22:00-06:00 latest 04:00', 'sat,sun 00:00-24:00'],
      timeZone: 'Europe/Berlin',
      whenWindowCloses: 'stop',
    });
    expect(request.window).toEqual({
      timeZone: 'Europe/Berlin',
      whenClosed: 'stop',
      periods: [
        { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '22:00', to: '06:00', latestStart: '04:00' },
        { days: ['sat', 'sun'], from: '00:00', to: '24:00' },
      ],
    });
  });

  it('takes priorities of single databases', () => {
    expect(backupRequest({ databasePriority: ['DB01=9', 'Sales = EU=2'] }).databasePriorities).toEqual([
      { database: 'DB01', priority: 9 },
      { database: 'Sales = EU', priority: 2 },
    ]);
  });

  it.each([
    [{ window: ['at night'] }, '"at night"'],
    [{ window: ['fri-mon 22:00-06:00'] }, '"fri-mon 22:00-06:00"'],
    [{ window: ['25:00-26:00'] }, '25:00'],
    [{ timeZone: 'UTC' }, '--time-zone'],
    [{ window: ['22:00-06:00'], whenWindowCloses: 'kill' }, '--when-window-closes'],
    [{ priority: '10' }, '--priority'],
    [{ databasePriority: ['DB01'] }, '"DB01"'],
    [{ databasePriority: ['DB01=9', '=3'] }, '"=3"'],
    [{ databasePriority: ['DB01='] }, '"DB01="'],
    [{ databasePriority: ['DB01=10'] }, '--database-priority'],
  ])('%j is refused', (options, named) => {
    expect(() => backupRequest(options)).toThrow(named);
  });
});
