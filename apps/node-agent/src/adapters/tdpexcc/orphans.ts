import { spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { platform } from 'node:os';

const LISTING_TIMEOUT_MS = 30_000;
const LISTING_MAX_BYTES = 50_000_000;
const NUMBER = /^\d+$/;

export interface FoundProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** Every process of this machine, with its command line as far as it may be read. Rejects when they cannot be listed. */
export function listProcesses(): Promise<readonly FoundProcess[]> {
  return platform() === 'win32' ? listOnWindows() : listInProc();
}

async function listInProc(): Promise<readonly FoundProcess[]> {
  const names = (await readdir('/proc')).filter((name) => NUMBER.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      // A process that ended while it was listed has no command line any more.
      const text = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      return { pid: Number(name), commandLine: text.replaceAll('\0', ' ') };
    }),
  );
  return found.filter(({ commandLine }) => commandLine !== '');
}

/** One line a process: its id, a blank, its command line. */
const WINDOWS_QUERY =
  'Get-CimInstance Win32_Process | Where-Object { $_.CommandLine } | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }';

async function listOnWindows(): Promise<readonly FoundProcess[]> {
  const child = spawn('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_QUERY], {
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
    timeout: LISTING_TIMEOUT_MS,
  });
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    if (text.length < LISTING_MAX_BYTES) text += chunk;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0)
    throw new Error(`the processes of this machine could not be listed: powershell.exe ended with ${exitCode}`);
  return text.split(/\r?\n/).flatMap((line) => {
    const [, pid, commandLine] = /^(\d+) (.*)$/.exec(line) ?? [];
    return pid === undefined || commandLine === undefined ? [] : [{ pid: Number(pid), commandLine }];
  });
}
