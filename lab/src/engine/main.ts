import { requiredArguments } from '../world/arguments.js';
import { WorldStore } from '../world/store.js';
import { Engine } from './engine.js';
import { TICK_MS } from './limits.js';

const say = (event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
  process.stdout.write(`${JSON.stringify({ event, at: new Date().toISOString(), ...fields })}\n`);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function start(): void {
  const { lab } = requiredArguments(process.argv.slice(2), ['lab']);
  const store = WorldStore.open(lab);
  const engine = new Engine(store);
  engine.recover();
  const timer = setInterval(() => {
    try {
      engine.tick(Date.now());
    } catch (error) {
      say('engine.tick-failed', { message: messageOf(error) });
    }
  }, TICK_MS);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      clearInterval(timer);
      store.close();
      say('service.stopped', { signal });
    });
  }
  say('service.ready', { service: 'engine', lab });
}

try {
  start();
} catch (error) {
  process.stderr.write(`engine: ${messageOf(error)}\n`);
  process.exitCode = 2;
}
