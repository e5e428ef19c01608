import { readFileSync } from 'node:fs';

const KIB = 1024;
/** The unit of times in /proc, which is the same on every Linux (proc_pid_stat(5), USER_HZ). */
const TICKS_PER_SECOND = 100;
/** Places of utime and stime among the words that follow the name in parentheses. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

/** Resident memory of a process; null where the system does not tell it in a file. */
export function residentMiB(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Math.round(Number(kib) / KIB);
  } catch {
    return null;
  }
}

/** Processor time that a process used so far, in seconds; null where the system does not tell it in a file. */
export function processorSeconds(pid: number): number | null {
  try {
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(words[USER_TICKS]) + Number(words[SYSTEM_TICKS])) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}
