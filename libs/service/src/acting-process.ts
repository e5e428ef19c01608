import { hostname } from 'node:os';
import type { ServiceView } from '#contracts';
import { VERSION } from './version.js';

/** Made when a process begins to act for its service; tells those who ask who answers. */
export class ActingProcess {
  private readonly actingSince = new Date().toISOString();

  /** As it is at this moment, by this machine's clock. */
  view(): ServiceView {
    return {
      version: VERSION,
      instance: `${hostname()} ${process.pid}`,
      actingSince: this.actingSince,
      at: new Date().toISOString(),
    };
  }
}
