import { readFileSync } from 'node:fs';

const KIB = 1024;

/** Resident memory of a process; null where the system does not tell it in a file. */
export function residentMiB(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Math.round(Number(kib) / KIB);
  } catch {
    return null;
  }
}
