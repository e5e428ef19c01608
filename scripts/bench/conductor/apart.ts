import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchDatabase, Decisions } from './decisions.js';

/** The heap that a process for 100,000 databases may take. */
const HEAP_MAX_MIB = 8_192;

/** One measurement in a process of its own; null when that process failed, and said why. */
export function measureApart(databases: number, options: BenchDatabase): Promise<Decisions | null> {
  return new Promise((resolve) => {
    const worker = fork(fileURLToPath(new URL('decisions-worker.js', import.meta.url)), {
      execArgv: [`--max-old-space-size=${HEAP_MAX_MIB}`],
    });
    let result: Decisions | null = null;
    worker.once('message', (message: Decisions) => {
      result = message;
    });
    worker.once('exit', () => resolve(result));
    worker.send({ databases, options });
  });
}
