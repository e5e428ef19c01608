import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { isCode } from '../error-code.js';

/** Holds a data folder for one process. */
export interface HeldLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  /** Kernel start time of the process, where it can be read: a number of a process is given again after its end. */
  readonly startedAt: string | null;
}

const TAKE_ATTEMPTS_MAX = 3;

/** Takes the lock, also from a process that died without giving it back; throws when its holder lives. */
export function takeLock(path: string): HeldLock {
  const mine: Holder = { pid: process.pid, startedAt: startTimeOf(process.pid) };
  for (let attempt = 1; attempt <= TAKE_ATTEMPTS_MAX; attempt += 1) {
    if (createLock(path, mine)) return { release: () => rmSync(path, { force: true }) };
    const found = readLock(path);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder && isAlive(holder)) {
      throw new Error(
        `another agent (process ${holder.pid}) uses this data folder; stop it first. If process ${holder.pid} is no agent, delete ${path}`,
      );
    }
    putAside(path, found);
  }
  throw new Error(
    `the lock ${path} could not be taken in ${TAKE_ATTEMPTS_MAX} attempts, for other agents keep taking it; run only one`,
  );
}

function createLock(path: string, mine: Holder): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (thrown) {
    if (isCode(thrown, 'EEXIST')) return false;
    throw thrown;
  }
  try {
    writeSync(file, JSON.stringify(mine));
  } finally {
    closeSync(file);
  }
  return true;
}

/** Two agents may find the same dead holder at once: only the one that moves away exactly what it judged goes on. */
function putAside(path: string, judged: string): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (thrown) {
    if (isCode(thrown, 'ENOENT')) return;
    throw thrown;
  }
  const isJudged = readFileSync(aside, 'utf8') === judged;
  if (!isJudged) linkSync(aside, path);
  rmSync(aside);
  if (!isJudged) throw new Error(`another agent took the lock ${path} at the same moment; run only one`);
}

function readLock(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (isCode(thrown, 'ENOENT')) return null;
    throw thrown;
  }
}

function parseHolder(text: string): Holder | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number') return null;
    const startedAt = 'startedAt' in value && typeof value.startedAt === 'string' ? value.startedAt : null;
    return { pid: value.pid, startedAt };
  } catch {
    // The holder died while it wrote the lock, so nobody holds it.
    return null;
  }
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    return !isCode(thrown, 'ESRCH');
  }
  return startedAt === null || startTimeOf(pid) === startedAt;
}

/** Field 22 of /proc/PID/stat; null on systems that have no such file. */
function startTimeOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is a name in parentheses that may contain blanks; counting begins after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    // No /proc: the process number alone must do.
    return null;
  }
}
