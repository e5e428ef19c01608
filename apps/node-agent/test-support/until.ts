const LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 5;

/** Waits for a condition on real time, within a limit; for tests with real processes and files. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const giveUpAtMs = performance.now() + LIMIT_MS;
  while (!condition()) {
    if (performance.now() > giveUpAtMs) throw new Error(`not within ${LIMIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
