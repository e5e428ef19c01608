import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/** npm's own record of what it installed last. */
const INSTALLED = 'node_modules/.package-lock.json';

/** Installs the dependencies of the lock file when they are missing or other ones. */
export async function ensureDependencies() {
  if (isInstalled(root)) return;
  console.error('Installing the dependencies of package-lock.json (npm ci).');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund'];
  // npm passes its own path to scripts; without it the one on the PATH is used. Its output is no part of ours.
  const options = { stdio: ['ignore', 2, 2] };
  const code = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args], options)
    : await run('npm', args, options);
  if (code !== 0) throw new Error(`npm ci ended with ${code}: see its output above, then try again`);
}

export function isInstalled(folder) {
  const installed = join(folder, INSTALLED);
  const wanted = join(folder, 'package-lock.json');
  if (!existsSync(installed)) return false;
  // A checkout touches the lock file without changing it, so an older installation is looked at more closely.
  if (statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return true;
  return sameVersions(readPackages(installed), readPackages(wanted));
}

/** Optional packages of other platforms are in the lock file and rightly not installed. */
function sameVersions(installed, wanted) {
  const present = Object.entries(installed).every(([path, { version }]) => wanted[path]?.version === version);
  const required = Object.entries(wanted).filter(([path, { optional }]) => path !== '' && !optional);
  return present && required.every(([path]) => installed[path] !== undefined);
}

function readPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}
