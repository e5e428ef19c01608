import { requiredArguments } from '../world/arguments.js';
import { WorldStore } from '../world/store.js';
import { serve } from './serve.js';

try {
  const { lab, member } = requiredArguments(process.argv.slice(2), ['lab', 'member']);
  const store = WorldStore.open(lab);
  serve(store, store.member(member).name, process.stdin, process.stdout, process.stderr);
} catch (error) {
  process.stderr.write(`exchange-host: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
