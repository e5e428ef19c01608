import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { requireNode } from './node-version.mjs';

/** Makes a fresh checkout ready to run: dependencies, then the build. Runs `work` and ends with the exit code it answers. */
export async function main(work, { build = true } = {}) {
  requireNode();
  try {
    await ensureDependencies();
    if (build) await ensureBuilt();
    process.exitCode = await work(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
