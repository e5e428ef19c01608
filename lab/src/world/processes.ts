import { readFileSync } from 'node:fs';

interface ProcessFacts {
  readonly zombie: boolean;
  /** Start time in clock ticks since boot; with the id it names one process for good. */
  readonly started: string;
}

const STATE_FIELD = 0;
const START_TIME_FIELD = 19;

/** From /proc; null where there is no such process or no /proc. Fields are counted from after the program's name. */
function factsOf(pid: number): ProcessFacts | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { zombie: fields[STATE_FIELD] === 'Z', started: fields[START_TIME_FIELD] ?? '' };
  } catch {
    return null;
  }
}

export function processStarted(pid: number): string | null {
  return factsOf(pid)?.started ?? null;
}

/** False also for a zombie (its parent may be frozen and never collect it) and for another process with a reused id. */
export function isAlive(pid: number, started: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const facts = factsOf(pid);
  return facts === null || (!facts.zombie && (started === null || facts.started === started));
}
