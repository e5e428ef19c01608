import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];

/** The browser that CHROMIUM_PATH names, or one of the usual ones on the path; null where there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>> = process.env): string | null {
  if (env.CHROMIUM_PATH !== undefined) return existsSync(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : null;
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) =>
    NAMES.flatMap((name) => endings.map((ending) => join(folder, `${name}${ending}`))),
  );
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

/** For tests that need a browser. Where none is installed, one line says so. */
export const describeWithChromium: typeof describe | typeof describe.skip = chosen();

function chosen(): typeof describe | typeof describe.skip {
  if (findChromium() !== null) return describe;
  process.stderr.write(
    'LEFT OUT: tests in a browser, because no Chromium is installed (apt-get install chromium, or name one in CHROMIUM_PATH).\n',
  );
  return describe.skip;
}
