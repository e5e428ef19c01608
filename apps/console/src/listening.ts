import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { ConfigError } from '#service';
import type { ConsoleConfig } from './config.js';

export interface Listening {
  readonly https?: { readonly cert: Buffer; readonly key: Buffer };
  /** Cookies that a browser sends over TLS only. */
  readonly secureCookies: boolean;
}

/** How to listen; refuses to send tokens over a network in clear text. */
export function listeningOf(config: ConsoleConfig): Listening {
  if (config.tls) {
    const { certificateFile, keyFile } = config.tls;
    return { https: { cert: read(certificateFile), key: read(keyFile) }, secureCookies: true };
  }
  if (config.behindTlsProxy) return { secureCookies: true };
  if (isLoopback(config.address)) return { secureCookies: false };
  throw new ConfigError('the configuration', [
    `address ${config.address} can be reached by other machines, and tokens would travel in clear text: give tls.certificateFile and tls.keyFile, ` +
      'or say behindTlsProxy: true if a proxy in front does TLS',
  ]);
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError('the configuration', [
      `tls: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}
