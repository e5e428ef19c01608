import { describe } from '@jest/globals';
import { findChromium } from './find-chromium.js';

/** For tests that need a browser. Where none is installed, one line says so. */
export const describeWithChromium: typeof describe | typeof describe.skip = chosen();

function chosen(): typeof describe | typeof describe.skip {
  if (findChromium() !== null) return describe;
  process.stderr.write(
    'LEFT OUT: tests in a browser, because no Chromium is installed (apt-get install chromium, or name one in CHROMIUM_PATH).\n',
  );
  return describe.skip;
}
