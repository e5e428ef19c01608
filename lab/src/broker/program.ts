import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { BrokerProgram, Environment } from './types.js';

/**
 * Debian's programs in /usr/sbin are wrappers that change to the user rabbitmq or refuse; these are the programs
 * themselves, and they run as anybody (rabbitmq.md section 8).
 */
const DEBIAN_BINARIES = '/usr/lib/rabbitmq/bin';
const ERLANG_ROOTS = ['/usr/lib/erlang', '/usr/local/lib/erlang'];

/** The installed rabbitmq-server, or null. */
export function findProgram(env: Environment): BrokerProgram | null {
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const server = firstExecutable('rabbitmq-server', [DEBIAN_BINARIES, ...path]);
  if (server === null) return null;
  const control = firstExecutable('rabbitmqctl', [dirname(server)]);
  const epmd = firstExecutable('epmd', [...path, '/usr/bin', ...ERLANG_ROOTS.flatMap(runtimeFolders)]);
  return control === null || epmd === null ? null : { server, control, epmd };
}

function runtimeFolders(root: string): readonly string[] {
  try {
    return readdirSync(root)
      .filter((name) => name.startsWith('erts-'))
      .map((name) => join(root, name, 'bin'));
  } catch {
    // No Erlang at that place.
    return [];
  }
}

function firstExecutable(name: string, folders: readonly string[]): string | null {
  for (const folder of folders) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder; the next one is tried.
    }
  }
  return null;
}
