import { join } from 'node:path';
import { main } from './bootstrap/index.mjs';
import { root, run } from './bootstrap/run.mjs';

// Makes the pictures of docs/console.md anew: the tests in a browser take them of the lab they run in.
await main(
  () =>
    run(process.execPath, [join(root, 'scripts/test.mjs'), 'test/browser'], {
      env: { ...process.env, SCREENSHOTS_DIR: join(root, 'docs/images') },
    }),
  { build: false },
);
