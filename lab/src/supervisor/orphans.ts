import { endProcess, listCommands, type ProcessIdentity } from './process-identity.js';

const EMULATORS = ['lab/src/tdpexcc/main.js', 'lab/src/exchange-host/main.js'];
const GRACE_MS = 3_000;

/**
 * Emulated backup clients and hosts of this lab that lost their agent. The lab's folder is in the command line of each: as
 * `--lab` of a host, in the /LOGFILE of a backup client.
 */
export function findOrphans(directory: string): readonly ProcessIdentity[] {
  return listCommands()
    .filter(
      ({ commandLine }) =>
        EMULATORS.some((script) => commandLine.includes(script)) && namesFolder(commandLine, directory),
    )
    .map(({ identity }) => identity);
}

export async function endOrphans(directory: string): Promise<number> {
  const orphans = findOrphans(directory);
  await Promise.all(orphans.map((orphan) => endProcess(orphan, GRACE_MS)));
  return orphans.length;
}

/** The folder itself or something in it, and not another folder whose name begins the same. */
function namesFolder(commandLine: string, directory: string): boolean {
  const at = commandLine.indexOf(directory);
  return at >= 0 && /^([/ "']|$)/.test(commandLine.slice(at + directory.length));
}
