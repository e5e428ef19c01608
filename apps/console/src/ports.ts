import type { DagClient } from '#client';

/** Everything a console asks of the others goes through the client library. */
export type ConsoleClient = DagClient;

export const CONSOLE_CLIENT = Symbol('ConsoleClient');
export const CONSOLE_OPTIONS = Symbol('ConsoleOptions');

export interface ConsoleOptions {
  /** Cookies only over TLS: false where the console listens on this machine alone, without it. */
  readonly secureCookies: boolean;
  /** Names this console in the audit log. */
  readonly name: string;
  /** True where a proxy in front tells the viewer's address. */
  readonly behindProxy: boolean;
  /** Where the built page is. */
  readonly pageFolder: string;
}
