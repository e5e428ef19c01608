import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/** Its time is that of the sources that the last complete build was made from. */
const STAMP = 'dist/.built';
const SOURCES = [
  'apps',
  'libs',
  'lab/src',
  'scripts',
  'test/simulation',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];

/** The console's page, bundled for the browser; says only what is wrong. */
const PAGE_BUILD = ['build', '--config', 'apps/console/page/vite.config.ts', '--logLevel', 'error'];

/** Builds when something is newer than the last build. */
export async function ensureBuilt() {
  if (isBuilt(root)) return;
  await build();
}

/**
 * One run of the TypeScript compiler for everything: it emits the same tree as `nest build` with SWC, checks the types as
 * well, and needs a third of the time.
 */
export async function build() {
  console.error('Building.');
  const newest = newestSource(root);
  const compiler = join(root, 'node_modules/typescript7/bin/tsc');
  const code = await run(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new Error('the build failed: see the errors above');
  const page = await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), ...PAGE_BUILD], {
    stdio: ['ignore', 2, 2],
  });
  if (page !== 0) throw new Error('the build of the console’s page failed: see the errors above');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(join(root, STAMP), '');
  // A source changed while the compiler ran is newer than the stamp, and is built next time.
  utimesSync(join(root, STAMP), new Date(newest), new Date(newest));
}

export function isBuilt(folder) {
  const stamp = join(folder, STAMP);
  return existsSync(stamp) && Math.ceil(statSync(stamp).mtimeMs) >= Math.floor(newestSource(folder));
}

function newestSource(folder) {
  return Math.max(0, ...SOURCES.map((path) => newestIn(join(folder, path))));
}

function newestIn(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return isSource(path) ? stat.mtimeMs : 0;
  const inside = readdirSync(path).filter((name) => name !== 'node_modules');
  // A folder's own time tells of files that were taken away.
  return Math.max(stat.mtimeMs, ...inside.map((name) => newestIn(join(path, name))));
}

function isSource(path) {
  return /\.(tsx?|json|css|html)$/.test(path) && !path.endsWith('.spec.ts');
}
