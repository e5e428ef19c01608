import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

// The terminal gives a Ctrl-C to the child as well.
const ignore = () => undefined;

/**
 * Runs a program in the checkout with this terminal, and answers its exit code. A Ctrl-C reaches the program itself through
 * the terminal; a SIGTERM is passed on. Either way this process waits for the program's own end.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    const pass = () => child.kill('SIGTERM');
    process.on('SIGTERM', pass);
    process.on('SIGINT', ignore);
    const settle = (end) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', ignore);
      end();
    };
    child.once('error', (error) => settle(() => reject(error)));
    child.once('exit', (code, signal) => settle(() => resolve(code ?? 128 + (constants.signals[signal] ?? 0))));
  });
}

/** Runs one of our compiled programs, in the caller's own working directory. */
export function runNode(file, args, options = {}) {
  return run(process.execPath, ['--enable-source-maps', join(root, file), ...args], { cwd: process.cwd(), ...options });
}
