import { spawn } from 'node:child_process';
import type { RunningLab } from '../support/start-lab.js';

const DAGCTL_LIMIT_MS = 120_000;

export interface DagctlResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command, as a process of its own, against the lab's broker. */
export function dagctl({ lab }: RunningLab, ...args: readonly string[]): Promise<DagctlResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/dagctl.mjs', ...args], {
      env: { ...process.env, AMQP_URL: lab.apiUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DAGCTL_LIMIT_MS,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
