import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.js';
import type { Env } from './environment.js';

export interface DatabaseAddress {
  readonly databaseUrl?: string;
  readonly databaseUrlFile?: string;
}

const FORM = /^postgres(ql)?:\/\//;

/**
 * The PostgreSQL URL from wherever it is given: the configuration, a file, or `DATABASE_URL`, which schedulers and container
 * platforms set by custom. Undefined: the embedded database.
 */
export function databaseUrl(config: DatabaseAddress, env: Env = process.env): string | undefined {
  const { databaseUrl: url, databaseUrlFile: file } = config;
  if (url !== undefined && file !== undefined)
    throw new ConfigError('the configuration', ['databaseUrl and databaseUrlFile must not both be given']);
  const found = url ?? (file === undefined ? env['DATABASE_URL'] : contentOf(file));
  if (found === undefined || found === '') return undefined;
  if (FORM.test(found)) return found;
  throw new ConfigError('the configuration', ['the database URL must begin with postgres:// or postgresql://']);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError('the configuration', [`databaseUrlFile ${file} cannot be read: ${why}`]);
  }
}
