import { appendFileSync } from 'node:fs';

export const BANNER: readonly string[] = [
  'IBM Storage Protect for Mail:',
  'Data Protection for Microsoft Exchange Server',
  'Version 8, Release 1, Level 0.0',
  '(C) Copyright IBM Corporation 1998, 2016.',
  'All rights reserved.',
  '',
];

/** Prints to the console and appends to the activity log. A console that nobody reads any more does not stop a backup. */
export class Output {
  private logFile: string | undefined;

  constructor(private readonly quiet: boolean) {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }

  logTo(file: string): void {
    this.logFile = file;
  }

  line(text: string): void {
    this.console(text);
    if (this.logFile !== undefined && text !== '') appendFileSync(this.logFile, `${stamp(new Date())} ${text}\n`);
  }

  lines(texts: readonly string[]): void {
    for (const text of texts) this.line(text);
  }

  /** Progress goes to the console alone. */
  console(text: string): void {
    if (!this.quiet) process.stdout.write(`${text}\n`);
  }
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `11/22/2026 16:20:00`: DATEformat 1 and TIMEformat 1. */
export function stamp(time: Date): string {
  const date = `${two(time.getUTCMonth() + 1)}/${two(time.getUTCDate())}/${time.getUTCFullYear()}`;
  return `${date} ${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
}

export interface Counts {
  readonly examined: number;
  readonly completed: number;
  readonly failed: number;
  readonly bytes: number;
}

export function progressLine(counts: Counts): string {
  return `   Files Examined/Completed/Failed: [ ${counts.examined} / ${counts.completed} / ${counts.failed} ]   Total Bytes: ${counts.bytes}`;
}

export function summaryLines(
  operation: 'Backup' | 'Restore',
  rc: number,
  counts: Counts,
  elapsedMs: number,
): readonly string[] {
  return [
    `VSS ${operation} operation completed with rc = ${rc}`,
    `   Files Examined      : ${counts.examined}`,
    `   Files Completed     : ${counts.completed}`,
    `   Files Failed        : ${counts.failed}`,
    `   Total Bytes         : ${counts.bytes}`,
    '   Total LanFree Bytes : 0',
    `  Elapsed Processing Time: ${(elapsedMs / 1_000).toFixed(2)} seconds`,
    '',
  ];
}
