import { pause, type Lab } from '../supervisor/index.js';

const LOOK_EVERY_MS = 1_000;

/** Tells of every service that stops or comes back, until the signal. */
export async function watchServices(lab: Lab, tell: (line: string) => void, signal: AbortSignal): Promise<void> {
  const last = new Map(lab.status().map(({ name, state }) => [name, state]));
  while (!signal.aborted) {
    await pause(LOOK_EVERY_MS, signal);
    for (const { name, state } of lab.status()) {
      if (last.get(name) !== state && !signal.aborted) tell(`${name} is ${state}`);
      last.set(name, state);
    }
  }
}
