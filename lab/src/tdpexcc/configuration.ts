import { existsSync, readFileSync } from 'node:fs';
import type { ClientOptions } from './command-line.js';

export interface ClientConfiguration {
  readonly dagNode: string;
  readonly logFile: string;
  readonly warnings: readonly string[];
}

const LINE = /^\s*(\w+)\s+(.*?)\s*$/;

/** The preferences file (`KEY value` a line) with the command line over it. */
export function readConfiguration(options: ClientOptions): ClientConfiguration {
  const warnings: string[] = [];
  const values = new Map<string, string>();
  if (options.configFile !== undefined) {
    if (existsSync(options.configFile)) {
      for (const line of readFileSync(options.configFile, 'utf8').split('\n')) {
        const match = LINE.exec(line);
        if (match !== null) values.set((match[1] ?? '').toUpperCase(), match[2] ?? '');
      }
    } else warnings.push(`ACN0103W The configuration file '${options.configFile}' was not found; defaults are used.`);
  }
  if (options.optionFile !== undefined && !existsSync(options.optionFile)) {
    warnings.push(`ANS1035W The options file '${options.optionFile}' was not found; defaults are used.`);
  }
  return {
    dagNode: options.dagNode ?? values.get('DAGNODE') ?? '',
    logFile: options.logFile ?? values.get('LOGFILE') ?? 'tdpexc.log',
    warnings,
  };
}
