import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps the server's programs out of the PATH, one folder for each version. */
const DEBIAN_ROOT = '/usr/lib/postgresql';

export interface PostgresProgram {
  readonly initdb: string;
  readonly server: string;
}

/** The installed PostgreSQL server of the highest version, or null. */
export function findPostgres(env: Readonly<Record<string, string | undefined>> = process.env): PostgresProgram | null {
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of [...debianFolders(), ...path]) {
    const program = { initdb: join(folder, 'initdb'), server: join(folder, 'postgres') };
    if (isExecutable(program.initdb) && isExecutable(program.server)) return program;
  }
  return null;
}

function debianFolders(): readonly string[] {
  try {
    return readdirSync(DEBIAN_ROOT)
      .toSorted((one, other) => Number(other) - Number(one))
      .map((version) => join(DEBIAN_ROOT, version, 'bin'));
  } catch {
    // Not a Debian, or no server installed there.
    return [];
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run.
    return false;
  }
}
