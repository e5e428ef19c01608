import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutgoingMessage } from '../ports.js';

export const NOW = '2026-01-31T22:00:00.000Z';

export interface TemporaryFolder {
  file(name: string): string;
  remove(): void;
}

export function temporaryFolder(): TemporaryFolder {
  const folder = mkdtempSync(join(tmpdir(), 'dag-storage-'));
  return { file: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function outgoing(id: string): OutgoingMessage {
  return {
    id,
    exchange: 'dag.events',
    routingKey: 'run.dag1.test',
    durable: true,
    envelope: {
      specversion: '1.0',
      id,
      source: '/test',
      type: 'test',
      time: NOW,
      datacontenttype: 'application/json',
      data: { id },
    },
  };
}

/** Waits for a condition by looking again after each turn of the event loop; fails after a bound. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  boundMs = 10_000,
): Promise<void> {
  const startMs = performance.now();
  while (!(await condition())) {
    if (performance.now() - startMs > boundMs) throw new Error(`waited ${boundMs} ms in vain: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
