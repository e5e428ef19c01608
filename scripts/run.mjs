import { main } from './bootstrap/index.mjs';
import { runNode } from './bootstrap/run.mjs';

// Runs a built file after making the checkout ready: node scripts/run.mjs dist/scripts/FILE.js [arguments]
await main(([file, ...args]) => runNode(file, args));
