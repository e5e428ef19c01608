import { readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { hasCode } from './files.js';

/**
 * A pid alone names a process only for as long as it lives: the number is given out again. Together with the moment
 * it started it names one process for good, so a signal never reaches a stranger.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: clock ticks since boot where /proc exists, else the text that `ps` prints. */
  readonly startedAt: string;
}

/** Field 22 of /proc/<pid>/stat (proc(5)), counted behind the command name, which may itself hold spaces and brackets. */
const START_FIELD_AFTER_COMMAND = 19;
const STATE_FIELD_AFTER_COMMAND = 0;
const POLL_MS = 50;

/** Null when no process of that pid runs; a zombie has ended and only waits to be collected. */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat !== null) {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[STATE_FIELD_AFTER_COMMAND] === 'Z') return null;
    return { pid, startedAt: fields[START_FIELD_AFTER_COMMAND] ?? '' };
  }
  if (process.platform === 'linux') return null;
  try {
    const startedAt = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return startedAt === '' ? null : { pid, startedAt };
  } catch {
    // ps exits with 1 for a pid that does not exist, which is the answer.
    return null;
  }
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** True when the process was stopped by SIGSTOP and not continued since. */
export function isFrozen(identity: ProcessIdentity): boolean {
  const stat = readIfThere(`/proc/${identity.pid}/stat`);
  return stat !== null && stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

/** False when the process is gone, or its pid belongs to another by now. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    throw error;
  }
}

/** True when the process ended within the time. */
export async function waitForExit(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (isRunning(identity)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** SIGTERM, then SIGKILL when the time is over. A frozen process is continued, or it would never see the SIGTERM. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<'gone' | 'ended' | 'killed'> {
  if (!signalProcess(identity, 'SIGTERM')) return 'gone';
  signalProcess(identity, 'SIGCONT');
  if (await waitForExit(identity, graceMs)) return 'ended';
  signalProcess(identity, 'SIGKILL');
  await waitForExit(identity, graceMs);
  return 'killed';
}

export interface RunningCommand {
  readonly identity: ProcessIdentity;
  readonly commandLine: string;
}

/** Every process whose command line the caller may read, with it. */
export function listCommands(): readonly RunningCommand[] {
  const found: RunningCommand[] = [];
  for (const { pid, commandLine } of process.platform === 'linux' ? fromProc() : fromPs()) {
    const identity = identifyProcess(pid);
    if (identity !== null) found.push({ identity, commandLine });
  }
  return found;
}

function fromProc(): readonly { pid: number; commandLine: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      commandLine: (readIfThere(`/proc/${name}/cmdline`) ?? '').replaceAll('\0', ' '),
    }));
}

function fromPs(): readonly { pid: number; commandLine: string }[] {
  const lines = execFileSync('ps', ['-Ao', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line);
    return match ? [{ pid: Number(match[1]), commandLine: match[2] ?? '' }] : [];
  });
}

/** Null for a file that is not there: processes come and go while /proc is read. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
