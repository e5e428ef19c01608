import { execFileSync } from 'node:child_process';
import { chownSync } from 'node:fs';

/** PostgreSQL refuses to run as root; these exist where its Debian package or any Unix does. */
const UNPRIVILEGED = ['postgres', 'nobody'];

export interface RunAs {
  /** What goes before a program and its arguments. */
  readonly prefix: readonly string[];
  give(path: string): void;
}

/** How to run PostgreSQL: as we are, or, as root, as a user without rights. */
export function runAs(): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [], give: () => undefined };
  for (const user of UNPRIVILEGED) {
    const uid = idOf('-u', user);
    const gid = idOf('-g', user);
    if (uid === null || gid === null) continue;
    return {
      // setpriv becomes the program itself, so the pid of what is started here is the program's.
      prefix: ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'],
      give: (path) => chownSync(path, uid, gid),
    };
  }
  throw new Error(
    `PostgreSQL was not started: it refuses to run as root, and there is no user ${UNPRIVILEGED.join(' or ')}; run this as another user`,
  );
}

function idOf(kind: '-u' | '-g', user: string): number | null {
  try {
    return Number(execFileSync('id', [kind, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim());
  } catch {
    // No such user on this machine.
    return null;
  }
}
