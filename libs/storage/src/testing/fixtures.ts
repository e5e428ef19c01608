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
