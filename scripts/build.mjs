import { build } from './bootstrap/build.mjs';
import { main } from './bootstrap/index.mjs';

// Asked for by name, it builds whether or not anything seems newer.
await main(
  async () => {
    await build();
    return 0;
  },
  { build: false },
);
