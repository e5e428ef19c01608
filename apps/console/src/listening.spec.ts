import { describe, expect, it } from '@jest/globals';
import { ConsoleConfig } from './config.js';
import { listeningOf } from './listening.js';

const config = (more: Partial<ConsoleConfig>): ConsoleConfig => Object.assign(new ConsoleConfig(), more);

describe('the console', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('listens on %s without TLS', (address) => {
    expect(listeningOf(config({ address }))).toEqual({ secureCookies: false });
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'ex01', '127.evil.example'])(
    'refuses %s without TLS, and names the two ways',
    (address) => {
      expect(() => listeningOf(config({ address }))).toThrow(/tls\.certificateFile.*behindTlsProxy/);
      expect(listeningOf(config({ address, behindTlsProxy: true }))).toEqual({ secureCookies: true });
    },
  );

  it('says which TLS file cannot be read', () => {
    expect(() =>
      listeningOf(config({ tls: { certificateFile: '/nowhere/c.pem', keyFile: '/nowhere/k.pem' } })),
    ).toThrow(/c\.pem cannot be read/);
  });
});
