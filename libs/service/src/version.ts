import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the sources and that of the compiled files lie at different depths below the package. */
const LEVELS_MAX = 8;

/** The version of the product, as in its package.json. */
export const VERSION: string = readVersion(dirname(fileURLToPath(import.meta.url)));

function readVersion(start: string): string {
  let folder = start;
  for (let level = 0; level < LEVELS_MAX; level += 1) {
    const found = versionIn(join(folder, 'package.json'));
    if (found !== undefined) return found;
    folder = dirname(folder);
  }
  return 'unknown';
}

function versionIn(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Not in this folder: the next one up is asked.
    return undefined;
  }
  const json: unknown = JSON.parse(text);
  return typeof json === 'object' && json !== null && 'version' in json && typeof json.version === 'string'
    ? json.version
    : undefined;
}
